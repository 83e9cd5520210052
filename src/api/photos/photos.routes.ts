// Photos over HTTP: sent by sellers, named by listings, and shown to everybody under addresses whose content never changes.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hasCode } from '../../runtime/system-error.js';
import type { ApiDeps } from '../api.deps.js';
import { type Caller, STAFF } from '../auth/access.js';
import { callerOf } from '../commands/commands.js';
import { ApiError } from '../http/api-error.js';
import { readOr400 } from '../http/schema.pipe.js';
import type { PhotosDeps } from './photos.deps.js';

/** Bodies that are on their way at once: so many times the above may be held. */
const UPLOADS_MAX = 6;
const FOR_EVER = 'public, max-age=31536000, immutable';
const TYPES: Readonly<Record<string, string>> = { avif: 'image/avif', webp: 'image/webp', jpg: 'image/jpeg' };

const photoPath = z.object({
  photoId: z.uuid('must be a UUID'),
  file: z.string().regex(/^\d{1,4}\.(avif|webp|jpg)$/, 'must be a width and .avif, .webp or .jpg'),
});

/** Makes `POST /photos` and `GET /photos/ID/FILE`, where the house has a place for photos. */
export async function servePhotos(instance: FastifyInstance, { photos }: ApiDeps): Promise<void> {
  if (photos === null) return;
  const { bytesMax } = photos;
  await instance.register(async (scope) => {
    let under = 0;
    const asBytes = { parseAs: 'buffer', bodyLimit: bytesMax } as const;
    // By its own content: what the header says is not looked at.
    scope.addContentTypeParser(/^(image\/|application\/octet-stream)/, asBytes, (_request, body, done) =>
      done(null, body),
    );
    scope.route({
      method: 'POST',
      url: '/photos',
      bodyLimit: bytesMax,
      config: { access: ['seller', ...STAFF] },
      // Before a byte of the body is read.
      preParsing: async (request, reply) => {
        if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
        if (under >= UPLOADS_MAX) throw busy();
        under += 1;
        reply.raw.once('close', () => {
          under -= 1;
        });
      },
      handler: async (request, reply) => {
        const { body } = request;
        if (!Buffer.isBuffer(body))
          throw new ApiError(415, 'MediaTypeUnsupported', 'send the photo itself as the body');
        return reply.code(201).send(viewOf(await added(photos, callerOf(request), body)));
      },
    });
  });
  instance.route({
    method: 'GET',
    url: '/photos/:photoId/:file',
    config: { access: 'public' },
    handler: async (request, reply) => {
      const { photoId, file } = readOr400(photoPath, request.params, 'path');
      const found = await photos.file(photoId, file);
      if (found === null) throw new ApiError(404, 'PhotoUnknown', 'there is no such photo');
      return reply
        .header('cache-control', FOR_EVER)
        .type(TYPES[file.split('.')[1] ?? ''] ?? '')
        .send(found);
    },
  });
}

async function added(photos: PhotosDeps, { userId }: Caller, body: Buffer) {
  try {
    return await photos.add(userId, body);
  } catch (error) {
    if (hasCode(error, 'PhotosBusy')) throw busy();
    if (hasCode(error, 'PictureRefused') && error instanceof Error)
      throw new ApiError(422, 'PhotoRefused', error.message, { cause: error });
    throw error;
  }
}

/** Without who sent it: the listing tells. */
const viewOf = ({ photoId, width, height }: Awaited<ReturnType<PhotosDeps['add']>>) => ({ photoId, width, height });

const tooLarge = (bytesMax: number): ApiError =>
  new ApiError(413, 'BodyTooLarge', `a photo must have at most ${bytesMax / 1_048_576} MiB`, {
    headers: { connection: 'close' },
  });
const busy = (): ApiError =>
  new ApiError(503, 'PhotosBusy', 'too many photos are on their way; send it again', {
    headers: { 'retry-after': '5', connection: 'close' },
  });
