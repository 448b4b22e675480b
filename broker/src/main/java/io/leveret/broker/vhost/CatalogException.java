package io.leveret.broker.vhost;

/** The catalog of a virtual host makes no sense, so that it can't be opened. */
public final class CatalogException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CatalogException(String vhost, String problem) {
        super("catalog of vhost '" + vhost + "': " + problem);
    }
}
