import express from 'express'
import { KEEP_ALIVE } from './keep-alive.mjs'
import { reportPort } from './report-port.mjs'

const server = express()
  .use(express.static(process.argv[2]))
  .listen(0, '127.0.0.1', () => reportPort(server))
server.keepAliveTimeout = KEEP_ALIVE
