import { changeBetween } from './change-between.js'

export const changeTruncate = changeBetween('truncate')
