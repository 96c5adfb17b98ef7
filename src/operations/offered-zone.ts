/**
 * A zone that directory buckets of a region are offered in, in the form of AWS's zone ids: `us-east-1` gives `use1-az1`. The
 * server has one place only; any name of a zone is taken.
 */
export function offeredZone(region: string): string {
  const [, area, direction, number] = /^([a-z]{2})-([a-z])[a-z]*-([0-9]+)$/.exec(region) ?? []
  if (area !== undefined && direction !== undefined && number !== undefined) return `${area}${direction}${number}-az1`
  return `${region.toLowerCase().replace(/[^a-z0-9]/g, '')}-az1`
}
