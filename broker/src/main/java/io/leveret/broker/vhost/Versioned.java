package io.leveret.broker.vhost;

/** Something that a cached route depends on: while the version stays, the route holds. */
interface Versioned {

    long version();
}
