// tsc compiles; what browsers fetch is copied beside it as it is.
import { cpSync } from 'node:fs'

cpSync('src/dashboard/assets', 'dist/dashboard/assets', { recursive: true })
