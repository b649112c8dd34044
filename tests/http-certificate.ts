/** Makes throw-away TLS certificates, so that no private key and no expiry date lies in the repository. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length = content.length < 128 ? Buffer.from([content.length]) : Buffer.from([0x82, content.length >> 8, content.length & 255]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
};
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const ecdsaSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = (name: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
const utcTime = (at: Date) => der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const pem = (kind: string, bytes: Buffer) => `-----BEGIN ${kind}-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${kind}-----\n`;

export interface Certificate {
  name: string;
  key: string;
  cert: string;
  privateKey: KeyObject;
}

/** Self-signed without `issuer`. `name` becomes the common name and, for a server, the only DNS name. */
export function makeCertificate(name: string, options: { issuer?: Certificate; expired?: boolean } = {}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const day = 86_400_000;
  const end = new Date(Date.now() + (options.expired ? -day : day));
  const extensions = options.issuer
    ? [sequence(oid('551d11'), der(0x04, sequence(der(0x82, Buffer.from(name)))))]
    : [sequence(oid('551d13'), der(0x01, Buffer.from([255])), der(0x04, sequence(der(0x01, Buffer.from([255])))))];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1 + Math.floor(Math.random() * 120)])),
    ecdsaSha256,
    commonName(options.issuer?.name ?? name),
    sequence(utcTime(new Date(end.getTime() - 2 * day)), utcTime(end)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, options.issuer?.privateKey ?? privateKey);
  const cert = sequence(body, ecdsaSha256, der(0x03, Buffer.from([0]), signature));
  return { name, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert: pem('CERTIFICATE', cert), privateKey };
}
