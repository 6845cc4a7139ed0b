import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

const [folder, port] = process.argv.slice(2)
const app = new Hono()
app.use('*', serveStatic({ root: folder, precompressed: true }))
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
