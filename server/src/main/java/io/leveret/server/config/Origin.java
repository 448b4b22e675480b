package io.leveret.server.config;

/**
 * Where a setting stands, for error messages.
 *
 * @param source a file, a command line option or an environment variable
 * @param line the line in the file, 0 where there are no lines
 */
record Origin(String source, int line) {

    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
