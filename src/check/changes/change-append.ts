import { changeBetween } from './change-between.js'

export const changeAppend = changeBetween('append')
