import { changeBetween } from './change-between.js'

export const changeRewrite = changeBetween('rewrite')
