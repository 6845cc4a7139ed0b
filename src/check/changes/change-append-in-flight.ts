import { changeInFlight } from './change-in-flight.js'

export const changeAppendInFlight = changeInFlight('append')
