import { changeInFlight } from './change-in-flight.js'

export const changeTruncateInFlight = changeInFlight('truncate')
