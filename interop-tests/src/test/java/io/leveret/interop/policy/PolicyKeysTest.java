package io.leveret.interop.policy;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Map;

/** What each key takes and refuses, from users and from operators. */
final class PolicyKeysTest {

    /** A value that it takes, the same from an operator, then two that it does not take. */
    private static void set(Peer peer, String key, Object good, Object... bad) throws Exception {
        peer.observe(peer.policies().set("p", Map.of(key, good)));
        peer.observe(peer.policies().setForOperator("p", Map.of(key, good)));
        for (Object value : bad) {
            peer.observe(peer.policies().set("p", Map.of(key, value)));
        }
    }

    @Case("alternate-exchange")
    void alternateExchange(Peer peer) throws Exception {
        set(peer, "alternate-exchange", "x", 5, true);

        peer.expect(
                "set",
                "[{<<\"alternate-exchange\">>,<<\"x\">>}] are not recognised policy settings",
                "5 is not a valid alternate exchange name",
                "true is not a valid alternate exchange name");
    }

    @Case("consumer-disconnected-timeout")
    void consumerDisconnectedTimeout(Peer peer) throws Exception {
        set(peer, "consumer-disconnected-timeout", 0, -1, "x");

        peer.expect(
                "set",
                "[{<<\"consumer-disconnected-timeout\">>,0}] are not recognised policy settings",
                "-1 is not a valid consumer disconnected timeout",
                "<<\"x\">> is not a valid consumer disconnected timeout");
    }

    @Case("consumer-timeout")
    void consumerTimeout(Peer peer) throws Exception {
        set(peer, "consumer-timeout", 0, -1, "x");

        peer.expect(
                "set",
                "[{<<\"consumer-timeout\">>,0}] are not recognised policy settings",
                "-1 is not a valid consumer timeout",
                "<<\"x\">> is not a valid consumer timeout");
    }

    @Case("dead-letter-exchange")
    void deadLetterExchange(Peer peer) throws Exception {
        set(peer, "dead-letter-exchange", "", 5, true);

        peer.expect(
                "set",
                "[{<<\"dead-letter-exchange\">>,<<>>}] are not recognised policy settings",
                "5 is not a valid dead letter exchange name",
                "true is not a valid dead letter exchange name");
    }

    @Case("dead-letter-routing-key")
    void deadLetterRoutingKey(Peer peer) throws Exception {
        set(peer, "dead-letter-routing-key", "x", 5, true);

        peer.expect(
                "set",
                "[{<<\"dead-letter-routing-key\">>,<<\"x\">>}] are not recognised policy settings",
                "5 is not a valid dead letter routing key",
                "true is not a valid dead letter routing key");
    }

    @Case("dead-letter-strategy")
    void deadLetterStrategy(Peer peer) throws Exception {
        set(peer, "dead-letter-strategy", "at-least-once", "x", 5);

        peer.expect(
                "set",
                "[{<<\"dead-letter-strategy\">>,<<\"at-least-once\">>}] are not recognised policy settings",
                "<<\"x\">> is not a valid dead letter strategy",
                "5 is not a valid dead letter strategy");
    }

    @Case("message-ttl")
    void messageTtl(Peer peer) throws Exception {
        set(peer, "message-ttl", 10_000_000_000_000L, -1, 1.5);

        peer.expect("set", "set", "-1 is not a valid message TTL", "1.5 is not a valid message TTL");
    }

    @Case("expires")
    void expires(Peer peer) throws Exception {
        set(peer, "expires", 10_000_000_000_000L, 0, "x");

        peer.expect("set", "set", "0 is not a valid queue expiry", "<<\"x\">> is not a valid queue expiry");
    }

    @Case("max-length")
    void maxLength(Peer peer) throws Exception {
        set(peer, "max-length", 0, -1, "x");

        peer.expect("set", "set", "-1 is not a valid maximum length", "<<\"x\">> is not a valid maximum length");
    }

    @Case("max-length-bytes")
    void maxLengthBytes(Peer peer) throws Exception {
        set(peer, "max-length-bytes", 0, -1, "x");

        peer.expect(
                "set",
                "set",
                "-1 is not a valid maximum length in bytes",
                "<<\"x\">> is not a valid maximum length in bytes");
    }

    @Case("max-in-memory-length")
    void maxInMemoryLength(Peer peer) throws Exception {
        set(peer, "max-in-memory-length", 0, -1, "x");

        peer.expect(
                "set",
                "set",
                "-1 is not a valid maximum memory in bytes",
                "<<\"x\">> is not a valid maximum memory in bytes");
    }

    @Case("max-in-memory-bytes")
    void maxInMemoryBytes(Peer peer) throws Exception {
        set(peer, "max-in-memory-bytes", 0, -1, "x");

        peer.expect(
                "set",
                "set",
                "-1 is not a valid maximum memory in bytes",
                "<<\"x\">> is not a valid maximum memory in bytes");
    }

    @Case("queue-mode")
    void queueMode(Peer peer) throws Exception {
        set(peer, "queue-mode", "lazy", "x", 5);

        peer.expect(
                "set",
                "[{<<\"queue-mode\">>,<<\"lazy\">>}] are not recognised policy settings",
                "<<\"x\">> is not a valid queue-mode value",
                "5 is not a valid queue-mode value");
    }

    @Case("queue-version")
    void queueVersion(Peer peer) throws Exception {
        set(peer, "queue-version", 1, 3, "x");

        peer.expect(
                "set", "set", "3 is not a valid queue-version value", "<<\"x\">> is not a valid queue-version value");
    }

    @Case("overflow")
    void overflow(Peer peer) throws Exception {
        set(peer, "overflow", "reject-publish-dlx", "x", 5);

        peer.expect("set", "set", "<<\"x\">> is not a valid overflow value", "5 is not a valid overflow value");
    }

    @Case("delivery-limit")
    void deliveryLimit(Peer peer) throws Exception {
        set(peer, "delivery-limit", -1, "x", 1.5);

        peer.expect("set", "set", "<<\"x\">> is not a valid delivery limit", "1.5 is not a valid delivery limit");
    }

    @Case("max-age")
    void maxAge(Peer peer) throws Exception {
        set(peer, "max-age", "7D", "7X", "0s");

        peer.expect(
                "set",
                "[{<<\"max-age\">>,<<\"7D\">>}] are not recognised policy settings",
                "<<\"7X\">> is not a valid max age",
                "<<\"0s\">> is not a valid max age");
    }

    @Case("stream-max-segment-size-bytes")
    void streamMaxSegmentSizeBytes(Peer peer) throws Exception {
        set(peer, "stream-max-segment-size-bytes", 3_000_000_000L, 3_000_000_001L, -1);

        peer.expect(
                "set",
                "[{<<\"stream-max-segment-size-bytes\">>,3000000000}] are not recognised policy settings",
                "3000000001 is not a valid segment size",
                "-1 is not a valid segment size");
    }

    @Case("stream-filter-size-bytes")
    void streamFilterSizeBytes(Peer peer) throws Exception {
        set(peer, "stream-filter-size-bytes", 16, 15, 256);

        peer.expect(
                "set",
                "[{<<\"stream-filter-size-bytes\">>,16}] are not recognised policy settings",
                "15 is not a valid filter size. Valid range is 16-255",
                "256 is not a valid filter size. Valid range is 16-255");
    }

    @Case("queue-leader-locator")
    void queueLeaderLocator(Peer peer) throws Exception {
        set(peer, "queue-leader-locator", "least-leaders", "min-masters", 5);

        peer.expect(
                "set",
                "[{<<\"queue-leader-locator\">>,<<\"least-leaders\">>}] are not recognised policy settings",
                "<<\"min-masters\">> is not a valid queue leader locator value",
                "5 is not a valid queue leader locator value");
    }

    @Case("initial-cluster-size")
    void initialClusterSize(Peer peer) throws Exception {
        set(peer, "initial-cluster-size", 0, -1, "x");

        peer.expect(
                "set",
                "[{<<\"initial-cluster-size\">>,0}] are not recognised policy settings",
                "-1 is not a valid cluster size",
                "<<\"x\">> is not a valid cluster size");
    }

    @Case("target-group-size")
    void targetGroupSize(Peer peer) throws Exception {
        set(peer, "target-group-size", 1, 0, "x");

        peer.expect(
                "set",
                "set",
                "0 is not a valid qq target count value",
                "<<\"x\">> is not a valid qq target count value");
    }

    @Case("delayed-retry-type")
    void delayedRetryType(Peer peer) throws Exception {
        set(peer, "delayed-retry-type", "disabled", "x", 5);

        peer.expect(
                "set",
                "set",
                "<<\"x\">> is not a valid delayed retry type. Must be one of: all, failed, returned, disabled",
                "5 is not a valid delayed retry type. Must be one of: all, failed, returned, disabled");
    }

    @Case("delayed-retry-min")
    void delayedRetryMin(Peer peer) throws Exception {
        set(peer, "delayed-retry-min", 1, 0, "x");

        peer.expect(
                "set",
                "set",
                "0 is not a valid delayed retry minimum delay. Must be a positive integer",
                "<<\"x\">> is not a valid delayed retry minimum delay. Must be a positive integer");
    }

    @Case("delayed-retry-max")
    void delayedRetryMax(Peer peer) throws Exception {
        set(peer, "delayed-retry-max", 1, 0, "x");

        peer.expect(
                "set",
                "set",
                "0 is not a valid delayed retry maximum delay. Must be a positive integer",
                "<<\"x\">> is not a valid delayed retry maximum delay. Must be a positive integer");
    }

    @Case("federation-upstream")
    void federationUpstream(Peer peer) throws Exception {
        set(peer, "federation-upstream", "x", 5, true);

        peer.expect(
                "set",
                "[{<<\"federation-upstream\">>,<<\"x\">>}] are not recognised policy settings",
                "5 is not a valid federation upstream name",
                "true is not a valid federation upstream name");
    }

    @Case("federation-upstream-set")
    void federationUpstreamSet(Peer peer) throws Exception {
        set(peer, "federation-upstream-set", "x", 5, true);

        peer.expect(
                "set",
                "[{<<\"federation-upstream-set\">>,<<\"x\">>}] are not recognised policy settings",
                "5 is not a valid federation upstream set name",
                "true is not a valid federation upstream set name");
    }

    @Case("federation-upstream-pattern")
    void federationUpstreamPattern(Peer peer) throws Exception {
        set(peer, "federation-upstream-pattern", "x", 5, true);

        peer.expect(
                "set",
                "[{<<\"federation-upstream-pattern\">>,<<\"x\">>}] are not recognised policy settings",
                "5 is not a valid federation upstream pattern name",
                "true is not a valid federation upstream pattern name");
    }

    @Case("delayed-retry-type needs delayed-retry-min")
    void retryWithoutDelay(Peer peer) throws Exception {
        peer.observe(peer.policies().set("p", Map.of("delayed-retry-type", "all")));
        peer.observe(peer.policies().set("p", Map.of("delayed-retry-type", "all", "delayed-retry-min", 5)));
        peer.observe(peer.policies().set("p", Map.of("delayed-retry-max", 2, "delayed-retry-min", 5)));

        peer.expect(
                "delayed-retry-min is required when delayed-retry-type is all",
                "set",
                "delayed-retry-max (2) must not be smaller than delayed-retry-min (5)");
    }

    @Case
    void onlyOneOfTheFederationKeys(Peer peer) throws Exception {
        peer.observe(peer.policies().set("p", Map.of("federation-upstream", "a", "federation-upstream-set", "b")));

        peer.expect(
                "cannot specify federation-upstream, federation-upstream-set or federation-upstream-pattern together");
    }

    @Case
    void neitherPrioritiesNorSingleActiveConsumerNorTheTypeArePolicies(Peer peer) throws Exception {
        peer.observe(peer.policies().set("p", Map.of("max-priority", 5)));
        peer.observe(peer.policies().set("p", Map.of("single-active-consumer", true)));
        peer.observe(peer.policies().set("p", Map.of("queue-type", "quorum")));

        peer.expect(
                "[{<<\"max-priority\">>,5}] are not recognised policy settings",
                "[{<<\"single-active-consumer\">>,true}] are not recognised policy settings",
                "[{<<\"queue-type\">>,<<\"quorum\">>}] are not recognised policy settings");
    }

    @Case
    void unknownKeysAreNamedTogether(Peer peer) throws Exception {
        peer.observe(peer.policies().set("p", Map.of("zoo", 1, "foo", "x", "max-length", 5)));
        peer.observe(peer.policies().set("p", Map.of("zoo", 1, "max-length", -5)));
        peer.observe(peer.policies().set("p", Map.of()));

        peer.expect(
                "[{<<\"foo\">>,<<\"x\">>},{<<\"zoo\">>,1}] are not recognised policy settings",
                "-5 is not a valid maximum length",
                "no policy provided");
    }
}
