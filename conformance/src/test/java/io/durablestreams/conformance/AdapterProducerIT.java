package io.durablestreams.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.durablestreams.conformance.AdapterProcess.expectError;
import static io.durablestreams.conformance.AdapterProcess.result;
import static org.assertj.core.api.Assertions.assertThat;

/** The commands of producers, with every field of their results. */
class AdapterProducerIT extends WithAdapter {

    private JsonNode send(String type, String producer, String fields) {
        return adapter.send("{'type':'idempotent-" + type + "','path':'" + path + "','producerId':'" + producer + "',"
                + fields + "}");
    }

    private JsonNode append(String data) {
        return send("append", "p", "'epoch':0,'autoClaim':false,'data':'" + data + "'");
    }

    @Test
    void appendGoesOnWhereTheLastCommandStopped() {
        create("application/json");

        JsonNode first = append("[1]");
        String middle = Wire.tail(url);
        JsonNode second = append("{}");

        assertThat(first)
                .isEqualTo(result(
                        "{'type':'idempotent-append','success':true,'status':200,'offset':'%s','producerSeq':0}",
                        middle));
        assertThat(second)
                .isEqualTo(result(
                        "{'type':'idempotent-append','success':true,'status':200,'offset':'%s','producerSeq':1}",
                        Wire.tail(url)));
        assertThat(Wire.content(url)).isEqualTo("[[1],{}]");
    }

    @Test
    void appendThatTheServerHasIsADuplicate() {
        create("text/plain");
        append("x");
        assertThat(send("detach", "p", "'epoch':0"))
                .isEqualTo(result("{'type':'idempotent-detach','success':true,'status':200}"));

        assertThat(append("x"))
                .isEqualTo(result(
                        "{'type':'idempotent-append','success':true,'status':200,'duplicate':true,'producerSeq':0}"));
        assertThat(Wire.content(url)).isEqualTo("x");
    }

    private JsonNode appendNumbered(String data, long epoch, long seq) {
        return adapter.send("{'type':'append','path':'" + path + "','binary':false,'data':'" + data
                + "','producerId':'p','producerEpoch':" + epoch + ",'producerSeq':" + seq + "}");
    }

    @Test
    void anAppendUnderANumberIsStoredOnce() {
        create("text/plain");

        JsonNode first = appendNumbered("a", 0, 0);
        String middle = Wire.tail(url);
        JsonNode second = appendNumbered("b", 0, 1);
        JsonNode again = appendNumbered("c", 0, 0);

        assertThat(first).isEqualTo(result("""
                        {'type':'append','success':true,'status':200,'offset':'%s','duplicate':false,
                         'producerEpoch':0,'producerSeq':0}
                        """, middle));
        assertThat(second).isEqualTo(result("""
                        {'type':'append','success':true,'status':200,'offset':'%s','duplicate':false,
                         'producerEpoch':0,'producerSeq':1}
                        """, Wire.tail(url)));
        // The server tells the highest number that it has, and no offset.
        assertThat(again).isEqualTo(result("""
                        {'type':'append','success':true,'status':200,'duplicate':true,'producerEpoch':0,'producerSeq':1}
                        """));
        assertThat(Wire.content(url)).isEqualTo("ab");
    }

    @Test
    void anAppendUnderANumberIsRepeated() {
        create("text/plain");
        for (Fault fault : new Fault[] {Fault.status(500), Fault.status(503), Fault.droppedConnection()}) {
            inject(fault.on("POST").times(2));
            assertThat(appendNumbered("a", 0, 0).get("success").booleanValue()).isTrue();
        }

        assertThat(Wire.content(url)).isEqualTo("a");
    }

    @Test
    void anAppendUnderAWrongNumberTellsTheRightOne() {
        create("text/plain");
        appendNumbered("a", 0, 0);

        JsonNode gap = appendNumbered("b", 0, 5);
        appendNumbered("c", 7, 0);
        JsonNode stale = appendNumbered("d", 6, 0);
        JsonNode noStart = appendNumbered("e", 8, 1);

        expectError(gap, "append", "SEQUENCE_CONFLICT", 409);
        assertThat(gap.get("producerExpectedSeq").longValue()).isEqualTo(1);
        assertThat(gap.get("producerReceivedSeq").longValue()).isEqualTo(5);
        assertThat(gap.get("details")).isEqualTo(result("{'expectedSeq':1,'receivedSeq':5}"));
        expectError(stale, "append", "STALE_EPOCH", 403);
        assertThat(stale.get("producerEpoch").longValue()).isEqualTo(7);
        expectError(noStart, "append", "UNEXPECTED_STATUS", 400);
        assertThat(Wire.content(url)).isEqualTo("ac");
    }

    @Test
    void appendTakesBytesInBase64() {
        create("application/octet-stream");

        send("append", "p", "'epoch':0,'autoClaim':false,'data':'w6k=','binary':true");

        assertThat(Wire.content(url)).isEqualTo("\u00e9");
    }

    @Test
    void anOverlappingBatchClaimsTheNextEpochFirst() {
        create("text/plain");
        send("append", "p", "'epoch':4,'autoClaim':false,'data':'a'");

        JsonNode claimed = send(
                "append-batch", "p", "'epoch':0,'autoClaim':true,'maxInFlight':5,'items':['b','c','d','e','f','g']");
        JsonNode fenced = send("append-batch", "p", "'epoch':3,'autoClaim':false,'maxInFlight':5,'items':['x','y']");

        assertThat(claimed)
                .isEqualTo(result("{'type':'idempotent-append-batch','success':true,'status':200,'producerSeq':5}"));
        expectError(fenced, "idempotent-append-batch", "STALE_EPOCH", 403);
        assertThat(fenced.get("details")).isEqualTo(result("{'currentEpoch':5}"));
        assertThat(Wire.content(url)).isEqualTo("abcdefg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'maxInFlight':1", ",'maxInFlight':4"})
    void aBatchIsTheSameWhenItIsSentAgain(String inFlight) {
        create("application/json");
        String fields =
                "'epoch':0,'autoClaim':false,'items':['null','[2]','\\\\u0022three\\\\u0022','[[4]]']" + inFlight;
        fields = fields.replace("\\\\u0022", "\\\"");

        JsonNode first = send("append-batch", "p", fields);
        JsonNode again = send("append-batch", "p", fields);

        int lastSeq = inFlight.endsWith("4") ? 3 : 0;
        assertThat(first)
                .isEqualTo(result(
                        "{'type':'idempotent-append-batch','success':true,'status':200,'producerSeq':%d}", lastSeq));
        assertThat(again).isEqualTo(first);
        assertThat(Wire.content(url)).isEqualTo("[null,[2],\"three\",[[4]]]");
    }

    @Test
    void aBatchOfNothingSucceeds() {
        create("text/plain");

        assertThat(send("append-batch", "p", "'epoch':0,'autoClaim':false,'items':[]"))
                .isEqualTo(result("{'type':'idempotent-append-batch','success':true,'status':200}"));
    }

    @Test
    void anItemThatIsNotJsonIsRefusedByTheLibrary() {
        create("application/json");

        expectError(
                send("append-batch", "p", "'epoch':0,'autoClaim':false,'items':['1','{',  '3']"),
                "idempotent-append-batch",
                "INVALID_ARGUMENT");
        append("4");
    }

    @Test
    void manyItemsOverlapAndKeepTheirOrder() {
        create("text/plain");
        StringBuilder items = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            items.append(i == 0 ? "" : ",").append("'").append(i).append(";'");
            expected.append(i).append(";");
        }
        inject(Fault.status(503).withProbability(0.2));

        send("append-batch", "p", "'epoch':0,'autoClaim':false,'maxInFlight':8,'items':[" + items + "]");

        Wire.send("DELETE", server.url().resolve("/_test/inject-error"), "");
        assertThat(Wire.content(url)).isEqualTo(expected.toString());
    }

    @Test
    void aStaleEpochIsFencedOrClaimed() {
        create("text/plain");
        send("append", "p", "'epoch':4,'autoClaim':false,'data':'a'");

        JsonNode fenced = send("append", "p", "'epoch':1,'autoClaim':false,'data':'b'");
        JsonNode claimed = send("append", "p", "'epoch':2,'autoClaim':true,'data':'c'");
        JsonNode fencedByThat = send("append", "p", "'epoch':4,'autoClaim':false,'data':'d'");

        expectError(fenced, "idempotent-append", "STALE_EPOCH", 403);
        assertThat(fenced.get("details")).isEqualTo(result("{'currentEpoch':4}"));
        assertThat(claimed)
                .isEqualTo(result(
                        "{'type':'idempotent-append','success':true,'status':200,'offset':'%s','producerSeq':0}",
                        Wire.tail(url)));
        assertThat(fencedByThat.get("details")).isEqualTo(result("{'currentEpoch':5}"));
        assertThat(Wire.content(url)).isEqualTo("ac");
    }

    @Test
    void closeClosesOnceAndForAll() {
        create("application/json");
        append("1");
        String close = "'epoch':0,'autoClaim':false,'data':'[2]'";

        JsonNode first = send("close", "p", close);
        JsonNode again = send("close", "p", close.replace("[2]", "3"));
        JsonNode other = send("close", "q", close);

        assertThat(first)
                .isEqualTo(result(
                        "{'type':'idempotent-close','success':true,'status':200,'finalOffset':'%s'}", Wire.tail(url)));
        assertThat(again).isEqualTo(first);
        expectError(other, "idempotent-close", "STREAM_CLOSED", 409);
        assertThat(Wire.content(url)).isEqualTo("[1,[2]]");
        assertThat(append("4").get("errorCode").stringValue()).isEqualTo("STREAM_CLOSED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'data':'[2]'"})
    void closeMayBeRepeatedByAProducerThatStartsAnew(String data) {
        create("application/json");
        String close = "'epoch':0,'autoClaim':false" + data;
        JsonNode first = send("close", "p", close);
        send("detach", "p", "'epoch':0");

        assertThat(send("close", "p", close)).isEqualTo(first);
    }

    @Test
    void closeNeedsNoMessage() {
        create("text/plain");

        assertThat(send("close", "p", "'epoch':0,'autoClaim':false"))
                .isEqualTo(result(
                        "{'type':'idempotent-close','success':true,'status':200,'finalOffset':'%s'}", Wire.tail(url)));
    }

    @Test
    void detachLeavesTheStreamOpen() {
        create("text/plain");
        append("x");

        send("detach", "p", "'epoch':0");
        JsonNode again = send("detach", "p", "'epoch':0");

        assertThat(again).isEqualTo(result("{'type':'idempotent-detach','success':true,'status':200}"));
        adapter.expect("{'type':'append','path':'" + path + "','data':'y','binary':false}");
        assertThat(Wire.content(url)).isEqualTo("xy");
    }

    @Test
    void whatTheServerNeverDoesIsToldWithItsStatus() {
        create("text/plain");
        inject(Fault.status(503).times(10_000));

        expectError(append("x"), "idempotent-append", "UNEXPECTED_STATUS", 503);
        inject(Fault.status(413));
        expectError(
                send("append", "q", "'epoch':0,'autoClaim':false,'data':'x'"),
                "idempotent-append",
                "UNEXPECTED_STATUS",
                413);
    }

    @Test
    void headersOfACommandAreSentByAProducerOfAnEarlierOne() {
        create("text/plain");
        append("x");
        JsonNode named = send("append", "p", "'epoch':0,'autoClaim':false,'data':'y','headers':{'Stream-Seq':'5'}");

        assertThat(named.get("success").booleanValue()).isTrue();
        // The server has seen the sequence number of that one append.
        expectError(
                adapter.send("{'type':'append','path':'" + path + "','data':'z','binary':false,'seq':5}"),
                "append",
                "SEQUENCE_CONFLICT",
                409);
    }
}
