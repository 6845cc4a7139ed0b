import Koa from 'koa'
import send from 'koa-send'
import { reportPort } from './report-port.mjs'

const app = new Koa()
// koa-send neither evaluates conditions nor ranges: Koa leaves both to the application.
app.use((ctx) => send(ctx, ctx.path, { root: process.argv[2] }))
const server = app.listen(0, '127.0.0.1', () => reportPort(server))
