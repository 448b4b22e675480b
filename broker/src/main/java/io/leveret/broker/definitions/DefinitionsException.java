package io.leveret.broker.definitions;

/** Definitions are not what they may be, so that nothing was changed. The message names the file, the place in it and what is wrong. */
public final class DefinitionsException extends Exception {

    private static final long serialVersionUID = 1;

    public DefinitionsException(String source, String path, String problem) {
        super(source + ": " + path + ": " + problem);
    }
}
