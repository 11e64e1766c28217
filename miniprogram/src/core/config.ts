/** Where the server is. Before going live, put your own HTTPS domain here and register it in the WeChat console. */
const SERVERS: Record<'develop' | 'trial' | 'release', string> = {
  develop: 'http://localhost:3000',
  trial: 'https://estate.example.com',
  release: 'https://estate.example.com',
};

export const SERVER = SERVERS[wx.getAccountInfoSync().miniProgram.envVersion];
export const API = `${SERVER}/mp/v1`;
export const LIVE = `${SERVER.replace(/^http/, 'ws')}/mp/v1/live`;

/** A link of the server, which gives them without its own name. */
export function absolute(link: string): string {
  return link.startsWith('/') ? SERVER + link : link;
}
