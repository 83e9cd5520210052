// What people say about auctions: bodies, and what is shown of it.
import { z } from 'zod';
import { bodyOf } from './body.js';
import { inGraphQL } from './graphql-names.js';
import { judgedText } from './values.schema.js';

const text = judgedText.meta({ description: '1 to 500 characters. Shown as text.' });

export const talkBody = bodyOf('CommandWithText', { text });

export const feedbackBody = bodyOf('GiveFeedback', {
  rating: z.enum(['positive', 'neutral', 'negative']).register(inGraphQL, { name: 'FeedbackRating' }),
  text,
});
