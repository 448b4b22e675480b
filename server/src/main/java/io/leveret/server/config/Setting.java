package io.leveret.server.config;

/** One {@code key = value}, its value as written. Immutable. */
record Setting(KeyName key, String value, Origin origin) {

    Setting withValue(String value) {
        return new Setting(key, value, origin);
    }
}
