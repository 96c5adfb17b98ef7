import type { HttpHandler } from '../http/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { handleRequest } from './handle-request.ts'

export interface Gateway {
  readonly handle: HttpHandler
  /** What the path was joined from: the console walks it too. */
  readonly rooms: GatewayRooms
}

/** Joins the rooms into the one path. */
export function createGateway(rooms: GatewayRooms): Gateway {
  return { handle: (request) => handleRequest(rooms, request), rooms }
}
