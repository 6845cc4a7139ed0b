import { changeBetween } from './change-between.js'

export const changeRename = changeBetween('rename')
