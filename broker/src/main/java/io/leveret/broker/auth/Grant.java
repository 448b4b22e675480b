package io.leveret.broker.auth;

/**
 * What a user may do in a virtual host. Immutable.
 *
 * @param configure regular expression over the names that the user may declare and delete; likewise write and read
 */
public record Grant(String user, String vhost, String configure, String write, String read) {}
