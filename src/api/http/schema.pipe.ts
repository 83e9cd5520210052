// Bodies, queries and path parameters are what their zod schema says, or the request is refused with every field named.
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { problemOf, readWith } from '../schemas/problems.js';
import { ApiError, type ErrorDetail } from './api-error.js';

const DETAILS_MAX = 20;
const FIELD_LENGTH_MAX = 100;
const PROBLEM_LENGTH_MAX = 300;

@Injectable()
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    return readOr400(schema, value, type === 'param' ? (data ?? 'path') : type);
  }
}

/** The value as its schema reads it. Refuses one that does not fit with every field named; `place` names the whole. */
export function readOr400<Out>(schema: z.ZodType<Out>, value: unknown, place: string): Out {
  const result = readWith(schema, value);
  if (result.success) return result.data;
  throw requestInvalidBy(result.error, place);
}

/** A request whose fields do not fit. */
export function requestInvalid(details: readonly ErrorDetail[]): ApiError {
  const [first] = details;
  const message = first === undefined ? 'the request does not fit' : `${first.field} ${first.problem}`;
  return new ApiError(400, 'RequestInvalid', message, { details: details.slice(0, DETAILS_MAX) });
}

const requestInvalidBy = ({ issues }: z.ZodError, place: string): ApiError =>
  requestInvalid(issues.map((issue) => detailOf(issue, place)));

/** Keys that came are cut short. */
function detailOf(issue: z.core.$ZodIssue, place: string): ErrorDetail {
  const { path } = issue;
  const field = path.length === 0 ? place : path.map(String).join('.');
  return { field: cut(field, FIELD_LENGTH_MAX), problem: cut(problemOf(issue), PROBLEM_LENGTH_MAX) };
}

const cut = (text: string, max: number): string =>
  (text.length <= max ? text : `${text.slice(0, max)}…`).toWellFormed();
