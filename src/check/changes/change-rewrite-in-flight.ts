import { changeInFlight } from './change-in-flight.js'

export const changeRewriteInFlight = changeInFlight('rewrite')
