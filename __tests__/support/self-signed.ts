// A host's name into a key and a certificate that nobody vouches for, as HTTPS servers take them.

import { createSign, generateKeyPairSync } from 'node:crypto'

/** One value of DER: tag, length, content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...content: readonly Uint8Array[]) => der(0x30, ...content)
const time = (text: string) => der(0x18, Buffer.from(text))
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

export function createSelfSigned(host: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))
  const commonName = objectId('550403')
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(host)))))
  const [version, serial] = [der(0xa0, der(0x02, Buffer.of(2))), der(0x02, Buffer.of(1))]
  const validity = sequence(time('20200101000000Z'), time('21200101000000Z'))
  const alternativeName = sequence(objectId('551d11'), der(0x04, sequence(der(0x82, Buffer.from(host)))))
  const certificate = sequence(
    ...[version, serial, ecdsaWithSha256, name, validity, name],
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeName)),
  )
  const signature = createSign('sha256').update(certificate).sign(privateKey)
  const signed = sequence(certificate, ecdsaWithSha256, der(0x03, Buffer.of(0), signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${signed.toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}
