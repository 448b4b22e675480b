package io.leveret.broker.auth;

/**
 * Which routing keys a user may use with a topic exchange. Immutable; kept, not enforced yet.
 *
 * @param write regular expression over the keys of publishes; read likewise over those of bindings
 */
public record TopicGrant(String user, String vhost, String exchange, String write, String read) {}
