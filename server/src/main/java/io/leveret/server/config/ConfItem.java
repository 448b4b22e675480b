package io.leveret.server.config;

/** What a line of a configuration file says. */
sealed interface ConfItem {

    /** A key gets a value. */
    record Assignment(Setting setting) implements ConfItem {}

    /**
     * Other files are read here.
     *
     * @param path relative to the file that includes; its last part may hold wildcards
     */
    record Include(String path, Origin origin) implements ConfItem {}
}
