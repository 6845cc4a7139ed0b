// tsc compiles; what browsers fetch is copied beside it as it is.
import { cpSync } from 'node:fs'

cpSync('src/admin/assets', 'dist/admin/assets', { recursive: true })
