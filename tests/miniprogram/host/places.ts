/** The host is served by the server under test: what the pages ask of the development server goes to our own origin. */
const DEVELOPMENT = 'http://localhost:3000';

export const files = new Map<string, Blob>();

export function local(address: string): string {
  const file = files.get(address);
  if (file) return URL.createObjectURL(file);
  if (address.startsWith(DEVELOPMENT)) return location.origin + address.slice(DEVELOPMENT.length);
  const socket = DEVELOPMENT.replace('http', 'ws');
  if (address.startsWith(socket)) return location.origin.replace('http', 'ws') + address.slice(socket.length);
  return address.startsWith('/icons/') ? `.${address}` : address;
}
