/**
 * Jobs: work in the background, in its own process. Garbage, uploads that expired, leftovers of dead processes, key
 * material whose deletion fell due, rotations that fell due, the sealing of the audit log.
 *
 * Promises: what is to be done is found in rows, so a restart loses nothing; every unit is idempotent and is done under a
 * lease; failures are retried with growing pauses; a stop lets the running unit end.
 * May import `objects`, `encryption`, `kms`, `storage`, `audit`, `records`.
 */
export { auditJob } from './audit-job.ts'
export type { Job, JobStatus } from './job.ts'
export { controlJob, createJobBoard, listJobs, type JobBoard } from './job-board.ts'
export { createJobLease, LEASE_MS, type JobLease } from './job-lease.ts'
export { lifecycleJob } from './lifecycle-job.ts'
export { logJob } from './log-job.ts'
export { notificationJob } from './notification-job.ts'
export { runJobs, type JobRunner, type RunnerOptions } from './job-runner.ts'
export { keyJobs, objectJobs, type ObjectJobParts } from './object-jobs.ts'
export { scrubJob, type ScrubJobParts } from './scrub-job.ts'
export { verifyStore } from './verify-store.ts'
