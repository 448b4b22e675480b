package io.leveret.interop.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import java.util.Map;

final class PublishRefusalsTest {

    private static final BasicProperties NONE = new BasicProperties();

    @Case("basic.publish to a missing exchange is 404")
    void missingExchange(Peer peer) throws Exception {
        publish(peer, peer.name("x"), NONE);

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'x' in vhost '/' [basic.publish]");
    }

    @Case("basic.publish to an internal exchange is 403")
    void internalExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.exchangeDeclare(peer.name("x"), "direct", false, true, true, Map.of());

        publish(peer, peer.name("x"), NONE);
        publish(peer, "amq.rabbitmq.trace", NONE);

        peer.expect(
                "channel closed: 403 ACCESS_REFUSED - cannot publish to internal exchange 'x' in vhost '/'"
                        + " [basic.publish]",
                "channel closed: 403 ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in"
                        + " vhost '/' [basic.publish]");
    }

    @Case("immediate is 540, whatever the exchange")
    void immediate(Peer peer) throws Exception {
        for (String exchange : new String[] {"", peer.name("none")}) {
            Channel channel = peer.channel();
            peer.attempt(channel, () -> {
                channel.basicPublish(exchange, "k", false, true, NONE, new byte[0]);
                return null;
            });
        }

        peer.expect(
                "connection closed: 540 NOT_IMPLEMENTED - immediate=true [basic.publish]",
                "connection closed: 540 NOT_IMPLEMENTED - immediate=true [basic.publish]");
    }

    @Case("immediate is 540 before whatever else is wrong")
    void immediateFirst(Peer peer) throws Exception {
        BasicProperties allWrong =
                Headers.of("CC", 5).builder().expiration("x").userId("other").build();
        for (String exchange : new String[] {"", "amq.rabbitmq.trace", peer.name("none")}) {
            Channel channel = peer.channel();
            peer.attempt(channel, () -> {
                channel.basicPublish(exchange, "k", true, true, allWrong, new byte[0]);
                return null;
            });
        }

        String refusal = "connection closed: 540 NOT_IMPLEMENTED - immediate=true [basic.publish]";
        peer.expect(refusal, refusal, refusal);
    }

    @Case("user-id must be the user who logged in, 406")
    void userId(Peer peer) throws Exception {
        publish(peer, "", new BasicProperties.Builder().userId("guest").build());
        publish(peer, "", new BasicProperties.Builder().userId("other").build());
        publish(peer, "", new BasicProperties.Builder().userId("").build());

        peer.expect(
                "ok",
                "channel closed: 406 PRECONDITION_FAILED - user_id property set to 'other' but authenticated user"
                        + " was 'guest' [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - user_id property set to '' but authenticated user was"
                        + " 'guest' [basic.publish]");
    }

    @Case("expiration is a number of milliseconds, 406")
    void expiration(Peer peer) throws Exception {
        for (String value : new String[] {"0", "1000", "0010", "+5", "315360000000"}) {
            publish(peer, "", expiring(value));
        }

        peer.expect("ok", "ok", "ok", "ok", "ok");
    }

    @Case("expiration of anything else is 406")
    void badExpiration(Peer peer) throws Exception {
        for (String value : new String[] {"", "abc", " 5", "10x", "1.5", "-1", "-0", "315360000001", "--5"}) {
            publish(peer, "", expiring(value));
        }

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration '': no_integer [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration 'abc': no_integer [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration ' 5': no_integer [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration '10x': {leftover_string,\"x\"}"
                        + " [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration '1.5': {leftover_string,\".5\"}"
                        + " [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration '-1': {value_negative,-1}"
                        + " [basic.publish]",
                "ok",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration '315360000001':"
                        + " {value_too_large,315360000001} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration '--5': no_integer [basic.publish]");
    }

    @Case("CC and BCC must be arrays, 406")
    void carbonCopies(Peer peer) throws Exception {
        publish(peer, "", Headers.of("CC", "k"));
        publish(peer, "", Headers.of("CC", 5));
        publish(peer, "", Headers.of("CC", Map.of()));
        publish(peer, "", Headers.of("BCC", "k"));
        publish(peer, "", Headers.of(Map.of("CC", 5, "BCC", true)));

        peer.expect(
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"CC\",longstr} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"CC\",signedint} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"CC\",table} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"BCC\",longstr} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"CC\",signedint} [basic.publish]");
    }

    @Case("publish checks come in the order exchange, internal, expiration, CC, user-id")
    void order(Peer peer) throws Exception {
        BasicProperties allWrong = new BasicProperties.Builder()
                .expiration("x")
                .headers(Map.of("CC", 5))
                .userId("other")
                .build();
        publish(peer, peer.name("none"), allWrong);
        publish(peer, "amq.rabbitmq.trace", allWrong);
        publish(peer, "", allWrong);
        publish(peer, "", allWrong.builder().expiration(null).build());
        publish(peer, "", allWrong.builder().expiration(null).headers(null).build());

        peer.expect(
                "channel closed: 404 NOT_FOUND - no exchange 'none' in vhost '/' [basic.publish]",
                "channel closed: 403 ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in"
                        + " vhost '/' [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid expiration 'x': no_integer [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - invalid message:"
                        + " {unacceptable_type_in_header,\"CC\",signedint} [basic.publish]",
                "channel closed: 406 PRECONDITION_FAILED - user_id property set to 'other' but authenticated user"
                        + " was 'guest' [basic.publish]");
    }

    @Case("publish checks come before routing, also without a queue")
    void mandatoryToNowhereWithBadProperties(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            channel.basicPublish("", peer.name("none"), true, expiring("x"), new byte[0]);
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - invalid expiration 'x': no_integer [basic.publish]");
    }

    private static BasicProperties expiring(String expiration) {
        return new BasicProperties.Builder().expiration(expiration).build();
    }

    private static void publish(Peer peer, String exchange, BasicProperties properties) throws Exception {
        Channel channel = peer.channel();
        peer.attempt(channel, () -> {
            peer.publish(channel, exchange, peer.name("nowhere"), properties, "body");
            return null;
        });
    }
}
