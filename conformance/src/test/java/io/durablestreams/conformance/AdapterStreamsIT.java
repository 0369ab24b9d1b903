package io.durablestreams.conformance;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.durablestreams.conformance.AdapterProcess.expectError;
import static io.durablestreams.conformance.AdapterProcess.result;
import static org.assertj.core.api.Assertions.assertThat;

/** The commands that are single requests, with every field of their results. */
class AdapterStreamsIT extends WithAdapter {

    @BeforeEach
    void nothingDynamic() {
        adapter.expect("{'type':'clear-dynamic'}");
    }

    @Test
    void createTellsNewFromKnownAndOther() {
        String create = "{'type':'create','path':'" + path + "','contentType':'text/plain'}";

        JsonNode first = adapter.send(create);
        JsonNode second = adapter.send(create);
        JsonNode other = adapter.send("{'type':'create','path':'" + path + "'}");

        String tail = Wire.tail(url);
        assertThat(first).isEqualTo(result("{'type':'create','success':true,'status':201,'offset':'%s'}", tail));
        assertThat(second).isEqualTo(result("{'type':'create','success':true,'status':200,'offset':'%s'}", tail));
        expectError(other, "create", "CONFLICT", 409);
    }

    @Test
    void createSendsEveryFieldAndHeadTellsIt() {
        adapter.expect("{'type':'create','path':'" + path + "','contentType':'application/json; charset=utf-8',"
                + "'ttlSeconds':3600,'closed':true,'data':'[1,{}]','headers':{'X-Anything':'yes'}}");

        assertThat(Wire.content(url)).isEqualTo("[[1,{}]]");
        assertThat(adapter.send("{'type':'head','path':'" + path + "'}")).isEqualTo(result("""
                        {'type':'head','success':true,'status':200,'offset':'%s',
                         'contentType':'application/json; charset=utf-8','streamClosed':true,'ttlSeconds':3600}
                        """, Wire.tail(url)));
    }

    @Test
    void createWithAnEndAndWithTheDefaultContentType() {
        adapter.expect("{'type':'create','path':'" + path + "','expiresAt':'2100-01-01T01:00:00+01:00'}");

        assertThat(adapter.send("{'type':'head','path':'" + path + "'}")).isEqualTo(result("""
                        {'type':'head','success':true,'status':200,'offset':'%s','contentType':'application/octet-stream',
                         'streamClosed':false,'expiresAt':'2100-01-01T00:00:00Z'}
                        """, Wire.tail(url)));
    }

    @Test
    void connectLearnsTheContentType() {
        Wire.send("PUT", url, "", "Content-Type", "application/json");

        JsonNode connected = adapter.send("{'type':'connect','path':'" + path + "'}");
        adapter.expect("{'type':'append','path':'" + path + "','data':'[1]','binary':false}");

        assertThat(connected)
                .isEqualTo(result(
                        "{'type':'connect','success':true,'status':200,'offset':'0000000000000000_0000000000000000'}"));
        assertThat(Wire.content(url)).isEqualTo("[[1]]");
    }

    @Test
    void appendTellsTheNewTail() {
        create("text/plain");

        JsonNode appended = adapter.send("{'type':'append','path':'" + path + "','data':'one','binary':false}");

        assertThat(appended)
                .isEqualTo(result("{'type':'append','success':true,'status':200,'offset':'%s'}", Wire.tail(url)));
        assertThat(Wire.content(url)).isEqualTo("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "connect", "append", "read", "head", "delete"})
    void theAnswersHeadersAreTold(String type) {
        create("text/plain");

        JsonNode headers = adapter.sendAndTakeAll("{'type':'" + type + "','path':'" + path
                        + "','contentType':'text/plain','data':'x','binary':false}")
                .get("headers");

        if (type.equals("delete")) {
            assertThat(headers).isNull(); // That answer has none that would tell of a stream.
        } else {
            assertThat(headers.get("stream-next-offset").stringValue()).isEqualTo(Wire.tail(url));
            assertThat(headers.propertyNames()).doesNotContain("date", "access-control-allow-origin");
        }
    }

    @Test
    void nothingToAppendIsRefusedByTheServer() {
        create("text/plain");

        expectError(
                adapter.send("{'type':'append','path':'" + path + "','data':'','binary':false}"),
                "append",
                "UNEXPECTED_STATUS",
                400);
    }

    @Test
    void appendTakesBytesInBase64() {
        create("application/octet-stream");
        adapter.expect("{'type':'append','path':'" + path + "','data':'AP/+w6k=','binary':true}");

        assertThat(Wire.content(url)).isEqualTo("\u0000\uFFFD\uFFFD\u00e9");
    }

    @Test
    void appendOrdersBySeqInDecimal() {
        create("text/plain");
        adapter.expect("{'type':'append','path':'" + path + "','data':'x','binary':false,'seq':9}");

        // As text, 10 comes before 9.
        expectError(
                adapter.send("{'type':'append','path':'" + path + "','data':'x','binary':false,'seq':10}"),
                "append",
                "SEQUENCE_CONFLICT",
                409);
    }

    @Test
    void appendTellsWhatWentOverTheWire() {
        create("text/plain");
        adapter.expect("{'type':'set-dynamic-header','name':'X-Count','valueType':'counter'}");
        adapter.expect(
                "{'type':'set-dynamic-header','name':'Authorization','valueType':'token','initialValue':'first'}");
        adapter.expect("{'type':'set-dynamic-param','name':'n','valueType':'counter'}");
        adapter.expect("{'type':'head','path':'" + path + "'}");
        inject(Fault.status(503).times(2).on("POST"));
        String append = "{'type':'append','path':'" + path + "','data':'x','binary':false,'headers':{'X-Own':'own'}}";

        JsonNode first = adapter.expect(append);
        adapter.expect(
                "{'type':'set-dynamic-header','name':'Authorization','valueType':'token','initialValue':'second'}");
        JsonNode second = adapter.expect(append.replace("X-Own", "x-count"));
        adapter.expect("{'type':'set-dynamic-header','name':'X-Count','valueType':'counter'}");
        JsonNode third = adapter.expect("{'type':'read','path':'" + path + "'}");
        adapter.expect("{'type':'clear-dynamic'}");
        JsonNode last = adapter.expect(append);

        assertThat(first.get("headersSent")).isEqualTo(result("{'X-Count':'1','Authorization':'first','X-Own':'own'}"));
        assertThat(first.get("paramsSent")).isEqualTo(result("{'n':'1'}"));
        assertThat(second.get("headersSent"))
                .isEqualTo(result("{'X-Count':'own','Authorization':'second','x-count':'own'}"));
        assertThat(second.get("paramsSent")).isEqualTo(result("{'n':'2'}"));
        assertThat(third.get("headersSent")).isEqualTo(result("{'X-Count':'1','Authorization':'second'}"));
        assertThat(third.get("paramsSent")).isEqualTo(result("{'n':'3'}"));
        assertThat(last.get("headersSent")).isEqualTo(result("{'X-Own':'own'}"));
        assertThat(last.has("paramsSent")).isFalse();
    }

    @Test
    void aTimestampIsThatOfTheCommand() {
        create("text/plain");
        adapter.expect("{'type':'set-dynamic-param','name':'t','valueType':'timestamp'}");
        long before = System.currentTimeMillis();

        JsonNode read = adapter.expect("{'type':'read','path':'" + path + "','live':'long-poll','timeoutMs':600}");

        assertThat(read.at("/paramsSent/t").asLong()).isBetween(before, before + 500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"connect", "head", "delete", "append", "read", "close", "idempotent-append", "idempotent-close"})
    void whatIsNotThereIsNotFound(String type) {
        String producer = type.startsWith("idempotent") ? ",'producerId':'p','epoch':0,'autoClaim':false" : "";
        JsonNode answer =
                adapter.send("{'type':'" + type + "','path':'" + path + "','data':'x','binary':false" + producer + "}");

        expectError(answer, type, "NOT_FOUND", 404);
        assertThat(answer.get("message").stringValue()).contains(path);
    }

    @Test
    void deleteDeletesAndForgets() {
        create("text/plain");

        assertThat(adapter.send("{'type':'delete','path':'" + path + "'}"))
                .isEqualTo(result("{'type':'delete','success':true,'status':200}"));
        expectError(adapter.send("{'type':'delete','path':'" + path + "'}"), "delete", "NOT_FOUND", 404);
        Wire.send("PUT", url, "", "Content-Type", "application/octet-stream");
        adapter.expect("{'type':'append','path':'" + path + "','data':'x','binary':false}");
    }

    @Test
    void closeTellsTheFinalOffset() {
        create("application/json");

        JsonNode closed = adapter.send("{'type':'close','path':'" + path + "','data':'[1]'}");

        assertThat(closed).isEqualTo(result("{'type':'close','success':true,'finalOffset':'%s'}", Wire.tail(url)));
        assertThat(adapter.send("{'type':'close','path':'" + path + "'}")).isEqualTo(closed);
        assertThat(Wire.content(url)).isEqualTo("[[1]]");
        JsonNode late = adapter.send("{'type':'append','path':'" + path + "','data':'2','binary':false}");
        expectError(late, "append", "STREAM_CLOSED", 409);
        assertThat(late.at("/details/finalOffset")).isEqualTo(closed.get("finalOffset"));
    }

    @Test
    void closeTakesAContentTypeOfItsOwn() {
        Wire.send("PUT", url, "", "Content-Type", "text/plain");

        expectError(adapter.send("{'type':'close','path':'" + path + "','data':'x'}"), "close", "CONFLICT", 409);
        adapter.expect("{'type':'close','path':'" + path + "','data':'x','contentType':'text/plain'}");
    }

    @ParameterizedTest
    @CsvSource({
        "head, 500, UNEXPECTED_STATUS",
        "append, 503, UNEXPECTED_STATUS",
        "append, 400, UNEXPECTED_STATUS",
        "append, 401, UNEXPECTED_STATUS",
        "append, 403, UNEXPECTED_STATUS",
        "append, 409, CONFLICT",
        "append, 410, INVALID_OFFSET",
        "append, 413, UNEXPECTED_STATUS",
        "delete, 429, UNEXPECTED_STATUS",
        "create, 302, UNEXPECTED_STATUS",
        "read, 400, INVALID_OFFSET",
        "read, 410, INVALID_OFFSET",
        "read, 418, UNEXPECTED_STATUS",
        "read, 502, UNEXPECTED_STATUS"
    })
    void anErrorStatusIsToldAsItIs(String type, int status, String code) {
        create("text/plain");
        inject(Fault.status(status).times(100));

        JsonNode answer = adapter.send("{'type':'" + type + "','path':'" + path + "','data':'x','binary':false}");

        expectError(answer, type, code, status);
    }

    @Test
    void brokenConnectionsAreNetworkErrors() {
        create("text/plain");
        inject(Fault.droppedConnection().times(100));

        expectError(adapter.send("{'type':'head','path':'" + path + "'}"), "head", "NETWORK_ERROR");
        expectError(
                adapter.send("{'type':'append','path':'" + path + "','data':'x','binary':false}"),
                "append",
                "NETWORK_ERROR");
        expectError(adapter.send("{'type':'read','path':'" + path + "'}"), "read", "NETWORK_ERROR");
    }

    @Test
    void whatTakesTooLongTimesOut() {
        create("text/plain");
        inject(Fault.delayOf(3000).times(100));
        try (AdapterProcess impatient = AdapterProcess.start()) {
            impatient.expect("{'type':'init','serverUrl':'" + server.url() + "','timeoutMs':100}");

            expectError(impatient.send("{'type':'head','path':'" + path + "'}"), "head", "TIMEOUT");
            expectError(
                    impatient.send("{'type':'append','path':'" + path + "','data':'x','binary':false}"),
                    "append",
                    "TIMEOUT");
            expectError(impatient.send("{'type':'read','path':'" + path + "','timeoutMs':500}"), "read", "TIMEOUT");
        }
    }

    @Test
    void whatPassesIsRetriedByTheLibrary() {
        create("text/plain");
        for (Fault fault : new Fault[] {Fault.status(500), Fault.status(503), Fault.droppedConnection()}) {
            inject(fault.on("POST"));
            adapter.expect("{'type':'append','path':'" + path + "','data':'x','binary':false}");
        }

        assertThat(Wire.content(url)).isEqualTo("xxx");
    }
}
