import type { HttpHandler } from '../http/index.ts'
import type { Dialects } from './gateway-rooms.ts'
import { recognise, type Recognition } from './recognise.ts'
import { serveServiceEndpoint } from './service-endpoints.ts'

export interface SealedRooms {
  readonly dialects: Dialects
  readonly recognition: Recognition
}

/** What answers while the root key is away: health tells it, every other request is refused in its dialect. */
export function createSealedGateway(rooms: SealedRooms): HttpHandler {
  const endpoints = { state: () => 'sealed' as const, metrics: async () => 'coffer_sealed 1\n' }
  return async (request) => {
    const part = recognise(request, rooms.recognition)
    if (part === 'service') return serveServiceEndpoint(endpoints, request)
    const context = { requestId: request.requestId, method: request.method, resource: request.rawPath }
    return rooms.dialects[part].encodeFailure({ kind: 'sealed' }, context)
  }
}
