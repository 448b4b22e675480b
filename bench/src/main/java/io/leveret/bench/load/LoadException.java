package io.leveret.bench.load;

/** A run that can't be counted: the broker refused, cut or lost something. */
final class LoadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LoadException(String message) {
        super(message);
    }
}
