/**
 * The gateway: the one path that every request walks. Who is asking (`auth`), what do they ask (a dialect), may they
 * (`authorize`, once), do it (`execute`), write it down (`audit`), answer (the same dialect).
 *
 * Promises: only a verified or an anonymous caller gets as far as authorization; the engine is entered with a permit
 * only; an expected refusal becomes that dialect's error, anything else a 500 that tells nothing.
 * Imports: http, dialects, auth, policy, iam, kms, objects, jobs, audit, storage.
 */
export { createConsole, createSealedConsole } from './console-handler.ts'
export type { ConsoleFile, ConsoleFiles } from './console-files.ts'
export type { ConsoleRooms, ConsoleSettings } from './console-rooms.ts'
export { createGateway, type Gateway } from './gateway.ts'
export type { Recognition } from './recognise.ts'
export type { GatewayRooms, Observation, ServerOperations } from './gateway-rooms.ts'
export { createSealedGateway, type SealedRooms } from './sealed-gateway.ts'
export type { ServiceState } from './service-endpoints.ts'
export { createSiteOf, type Site, type SiteOf, type WebsiteHosts } from './website-hosts.ts'
