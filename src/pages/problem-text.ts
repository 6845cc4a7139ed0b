/** What an error status means for a person: what has happened, and what to do now. */
export interface ProblemText {
  readonly happened: string
  readonly advice: string
}

const TEXTS: Readonly<Record<number, ProblemText>> = {
  400: {
    happened: 'The server can’t read this address',
    advice: 'Check the address for mistakes, or begin at the folder above.',
  },
  401: {
    happened: 'You have to sign in first',
    advice: 'Sign in, and open this address again.',
  },
  403: {
    happened: 'The server does not give this out',
    advice: 'If you should have access, ask the person who runs this server.',
  },
  404: {
    happened: 'There is nothing at this address',
    advice: 'The file may have been moved, renamed or deleted. Look for it in the folder above.',
  },
  405: {
    happened: 'This address can only be read',
    advice: 'Open it with a link, not with a form.',
  },
  412: {
    happened: 'The file has changed meanwhile',
    advice: 'Open the address again for its new version.',
  },
  414: {
    happened: 'This address is too long',
    advice: 'Check the address for mistakes, or begin at the folder above.',
  },
  429: {
    happened: 'Too many requests at once',
    advice: 'Others use this server as well. Wait a moment; downloads continue where they were.',
  },
  431: {
    happened: 'Your browser sends too much',
    advice: 'Delete the cookies of this site, and open the address again.',
  },
  500: {
    happened: 'Something has failed on the server',
    advice:
      'It is in the log of the server. Try again, and tell the person who runs it if it stays.',
  },
  501: {
    happened: 'The server can’t do this',
    advice: 'Look in the folder above for what it has.',
  },
  502: {
    happened: 'The server behind this one has failed',
    advice: 'It sent no usable response. Try again in a moment.',
  },
  503: {
    happened: 'The server is not available at the moment',
    advice: 'It may be restarting, or have too much to do. Try again in a moment.',
  },
  504: {
    happened: 'The server took too long',
    advice: 'What it had to wait for did not respond in time. Try again in a moment.',
  },
}

const REFUSED: ProblemText = {
  happened: 'The server refuses this request',
  advice: 'Check the address for mistakes, or begin at the folder above.',
}

const FAILED = TEXTS[500] as ProblemText

export function problemText(status: number): ProblemText {
  return TEXTS[status] ?? (status >= 500 ? FAILED : REFUSED)
}

/** Whether the same request may succeed later, without a change. */
export function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}
