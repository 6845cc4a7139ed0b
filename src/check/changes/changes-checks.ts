import type { Check } from '../subject/check-definition.js'
import { changeAppend } from './change-append.js'
import { changeAppendInFlight } from './change-append-in-flight.js'
import { changeRename } from './change-rename.js'
import { changeRenameInFlight } from './change-rename-in-flight.js'
import { changeRewrite } from './change-rewrite.js'
import { changeRewriteInFlight } from './change-rewrite-in-flight.js'
import { changeTruncate } from './change-truncate.js'
import { changeTruncateInFlight } from './change-truncate-in-flight.js'

export const CHANGE_CHECKS: readonly Check[] = [
  changeRewrite,
  changeRename,
  changeTruncate,
  changeAppend,
  changeRewriteInFlight,
  changeRenameInFlight,
  changeTruncateInFlight,
  changeAppendInFlight,
]
