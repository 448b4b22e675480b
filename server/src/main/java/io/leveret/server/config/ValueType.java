package io.leveret.server.config;

/** How a value is written and which ones are allowed. Immutable. */
interface ValueType<T> {

    /**
     * Reads a value.
     *
     * @throws BadValue if the text is not of this type
     */
    T parse(String text) throws BadValue;

    /** What is allowed, to follow the word "expected" in an error and to stand in the documentation. */
    String expected();

    /** The text is not of the type that was expected; who catches it knows the key and says the rest. */
    final class BadValue extends Exception {}
}
