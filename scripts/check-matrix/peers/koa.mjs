import Koa from 'koa'
import send from 'koa-send'

const [folder, port] = process.argv.slice(2)
const app = new Koa()
// koa-send neither evaluates conditions nor ranges: Koa leaves both to the application.
app.use((ctx) => send(ctx, ctx.path, { root: folder }))
app.listen(port, '127.0.0.1')
