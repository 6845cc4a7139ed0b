import express from 'express'
import { reportPort } from './report-port.mjs'

const server = express()
  .use(express.static(process.argv[2]))
  .listen(0, '127.0.0.1', () => reportPort(server))
