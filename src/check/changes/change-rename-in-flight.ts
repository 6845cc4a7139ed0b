import { changeInFlight } from './change-in-flight.js'

export const changeRenameInFlight = changeInFlight('rename')
