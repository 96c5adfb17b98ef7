import type { HttpHandler } from '../http/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { handleRequest } from './handle-request.ts'

export interface Gateway {
  readonly handle: HttpHandler
}

/** Joins the rooms into the one path. */
export function createGateway(rooms: GatewayRooms): Gateway {
  return { handle: (request) => handleRequest(rooms, request) }
}
