// Copies the files that browsers fetch into the build. tsc doesn't compile them.
import { cpSync } from 'node:fs'

cpSync('src/admin/assets', 'dist/admin/assets', { recursive: true })
