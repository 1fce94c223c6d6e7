-- What the two roles may do, run once as superuser inside the new database.
-- The owner makes the tables; the application reads and writes rows and owns nothing.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
ALTER SCHEMA public OWNER TO reception_owner;
GRANT USAGE ON SCHEMA public TO reception_app;
ALTER DEFAULT PRIVILEGES FOR ROLE reception_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO reception_app;
ALTER DEFAULT PRIVILEGES FOR ROLE reception_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO reception_app;
-- PostgreSQL's own log has neither the statement that failed nor the row: both hold what people typed.
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET log_min_error_statement = panic', current_database());
    EXECUTE format('ALTER DATABASE %I SET log_error_verbosity = terse', current_database());
    EXECUTE format('ALTER DATABASE %I SET log_parameter_max_length_on_error = 0', current_database());
END $$;
-- The portal asks for these limits when it connects (config/patience.py); through PgBouncer it can't, and then they are the role's.
DO $$ BEGIN
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET statement_timeout = %L', current_database(), '30s');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET lock_timeout = %L', current_database(), '10s');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET idle_in_transaction_session_timeout = %L', current_database(), '60s');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET tcp_keepalives_idle = %L', current_database(), '5s');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET tcp_keepalives_interval = %L', current_database(), '2s');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET tcp_keepalives_count = %L', current_database(), '3');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET tcp_user_timeout = %L', current_database(), '5s');
    EXECUTE format('ALTER ROLE reception_app IN DATABASE %I SET client_connection_check_interval = %L', current_database(), '2s');
END $$;
