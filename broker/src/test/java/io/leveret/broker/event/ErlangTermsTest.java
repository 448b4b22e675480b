package io.leveret.broker.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What RabbitMQ prints is compared in the cases of the interoperability tests; this is what they can't send. */
class ErlangTermsTest {

    private static String printed(FieldValue value) {
        return ErlangTerms.of(FieldTable.builder().put("n", value).build())
                .get(0)
                .toString();
    }

    @Test
    void octetsThatAreNoTextArePrintedOneByOne() {
        assertThat(printed(new FieldValue.LongString(new byte[] {1, (byte) 0xFF})))
                .isEqualTo("{<<\"n\">>,longstr,<<1,255>>}");
        assertThat(printed(new FieldValue.Bytes(new byte[] {'a', 'b'}))).isEqualTo("{<<\"n\">>,binary,<<\"ab\">>}");
    }

    @Test
    void emptyTablesAndArraysAreLists() {
        assertThat(printed(FieldValue.of(FieldTable.EMPTY))).isEqualTo("{<<\"n\">>,table,[]}");
        assertThat(printed(FieldValue.of(List.of()))).isEqualTo("{<<\"n\">>,array,[]}");
    }

    @Test
    void argumentsAreInTheOrderOfTheirNames() {
        FieldTable table = FieldTable.builder().put("b", 1).put("a", true).build();

        assertThat(ErlangTerms.sorted(table))
                .containsExactly(FieldValue.of("{<<\"a\">>,bool,true}"), FieldValue.of("{<<\"b\">>,signedint,1}"));
        assertThat(ErlangTerms.of(table).get(0)).isEqualTo(FieldValue.of("{<<\"b\">>,signedint,1}"));
    }

    @Test
    void addressesAreTuples() throws UnknownHostException {
        assertThat(ErlangTerms.of(InetAddress.getByAddress(new byte[] {10, 0, (byte) 255, 1})))
                .isEqualTo("{10,0,255,1}");
        assertThat(ErlangTerms.of(
                        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})))
                .isEqualTo("{0,0,0,0,0,0,0,1}");
    }
}
