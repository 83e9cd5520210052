-- Run once by the image, as superuser, when the server starts on an empty volume: who may do what. Gavel makes its tables
-- itself, and needs no superuser for it. Passwords come from the container's environment and do not appear in its log.
\set ON_ERROR_STOP on
\getenv house_password HOUSE_DB_PASSWORD
\getenv metabase_password METABASE_DB_PASSWORD
\getenv reader_password METABASE_READER_PASSWORD

CREATE ROLE gavel LOGIN PASSWORD :'house_password';
CREATE DATABASE gavel OWNER gavel;
REVOKE ALL ON DATABASE gavel FROM PUBLIC;

-- Whoever reads Silver: the house grants this role what may be read of it, again after every rebuild.
CREATE ROLE gavel_analyst NOLOGIN;
GRANT CONNECT ON DATABASE gavel TO gavel_analyst;

-- Metabase has a database of its own for what people make in it, and reads Silver as somebody else.
CREATE ROLE metabase LOGIN PASSWORD :'metabase_password';
CREATE DATABASE metabase OWNER metabase;
REVOKE ALL ON DATABASE metabase FROM PUBLIC;
CREATE ROLE metabase_reader LOGIN PASSWORD :'reader_password' CONNECTION LIMIT 10 IN ROLE gavel_analyst;
ALTER ROLE metabase_reader SET default_transaction_read_only = on;
ALTER ROLE metabase_reader SET statement_timeout = '60s';
