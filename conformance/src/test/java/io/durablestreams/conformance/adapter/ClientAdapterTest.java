package io.durablestreams.conformance.adapter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What goes over the wire for a command: exactly what the command asks for, and nothing beside it. */
class ClientAdapterTest {

    private static List<String> answers(String input) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        new ClientAdapter(
                        new CommandLines(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))),
                        new PrintStream(output, false, StandardCharsets.UTF_8))
                .run();
        return output.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Runs commands behind the one that lets the adapter know the content type, and returns the requests behind it. */
    private static List<String> requests(String... commands) throws IOException {
        try (NotingServer server = new NotingServer()) {
            List<String> lines = new ArrayList<>();
            lines.add("{'type':'init','serverUrl':'" + server.url() + "'}");
            lines.add("{'type':'connect','path':'/s'}");
            lines.addAll(List.of(commands));
            List<String> answers = answers(String.join("\n", lines).replace('\'', '"'));
            assertThat(answers).hasSize(lines.size());
            assertThat(server.requests().get(0)).isEqualTo("HEAD /s");
            return server.requests().subList(1, server.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'type':'head'                                 | HEAD /s
                    'type':'connect'                              | HEAD /s
                    'type':'delete'                               | DELETE /s
                    'type':'create'                               | PUT /s Content-type=application/octet-stream
                    'type':'create','contentType':'a/b','closed':true,'ttlSeconds':9,'data':'x','headers':{'X-H':'h'} | PUT /s Content-type=a/b Stream-closed=true Stream-ttl=9 X-h=h x
                    'type':'create','expiresAt':'2100-01-01T00:00:00Z' | PUT /s Content-type=application/octet-stream Stream-expires-at=2100-01-01T00:00:00Z
                    'type':'append','data':'[3]','binary':false   | POST /s Content-type=application/json [[3]]
                    'type':'append','data':'WzNd','binary':true,'seq':12 | POST /s Content-type=application/json Stream-seq=12 [[3]]
                    'type':'close'                                | POST /s Stream-closed=true
                    'type':'close','data':'3','contentType':'text/plain' | POST /s Content-type=text/plain Stream-closed=true 3
                    'type':'read'                                 | GET /s?offset=-1
                    'type':'read','offset':'o1','live':'sse'      | GET /s?offset=o1
                    'type':'read','offset':'now','live':true,'headers':{'X-H':'h'} | GET /s?offset=now X-h=h
                    'type':'read','live':'sse','timeoutMs':9007199254740991 | GET /s?offset=-1
                    'type':'read','timeoutMs':9007199254740991    | GET /s?offset=-1
                    """)
    void oneCommandIsOneRequest(String fields, String request) throws IOException {
        assertThat(requests("{'path':'/s'," + fields + "}")).containsExactly(request);
    }

    @Test
    void theItemsOfABatchAreOneRequest() throws IOException {
        assertThat(requests("{'type':'idempotent-append-batch','path':'/s','producerId':'p','epoch':3,"
                        + "'autoClaim':false,'items':['1','[2]','{}']}"))
                .containsExactly(
                        "POST /s Content-type=application/json Producer-epoch=3 Producer-id=p Producer-seq=0 [1,[2],{}]");
    }

    @Test
    void itemsInFlightAreRequestsOfTheirOwn() throws IOException {
        assertThat(requests("{'type':'idempotent-append-batch','path':'/s','producerId':'p','epoch':0,"
                        + "'autoClaim':false,'maxInFlight':5,'items':['1','2']}"))
                .containsExactly(
                        "POST /s Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=0 [1]",
                        "POST /s Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=1 [2]");
    }

    @Test
    void aProducerIsTheSameFromCommandToCommand() throws IOException {
        String producer = "'path':'/s','producerId':'p','epoch':1,'autoClaim':false";

        assertThat(requests(
                        "{'type':'idempotent-append','data':'1'," + producer + "}",
                        "{'type':'idempotent-append','data':'Mg==','binary':true,'headers':{'X-H':'h'}," + producer
                                + "}",
                        "{'type':'idempotent-detach'," + producer + "}",
                        "{'type':'idempotent-append','data':'3'," + producer + "}",
                        "{'type':'idempotent-close','data':'4'," + producer + "}",
                        "{'type':'idempotent-close','data':'5'," + producer + "}"))
                .containsExactly(
                        "POST /s Content-type=application/json Producer-epoch=1 Producer-id=p Producer-seq=0 [1]",
                        "POST /s Content-type=application/json Producer-epoch=1 Producer-id=p Producer-seq=1 X-h=h [2]",
                        "POST /s Content-type=application/json Producer-epoch=1 Producer-id=p Producer-seq=0 [3]",
                        "POST /s Content-type=application/json Producer-epoch=1 Producer-id=p Producer-seq=1"
                                + " Stream-closed=true [4]");
    }

    @Test
    void dynamicValuesAdvanceWithAppendsAndReads() throws IOException {
        assertThat(requests(
                        "{'type':'set-dynamic-header','name':'X-C','valueType':'counter'}",
                        "{'type':'set-dynamic-param','name':'c c','valueType':'counter'}",
                        "{'type':'head','path':'/s'}",
                        "{'type':'append','path':'/s','data':'1','binary':false}",
                        "{'type':'head','path':'/s'}",
                        "{'type':'read','path':'/s','headers':{'x-c':'own'}}",
                        "{'type':'clear-dynamic'}",
                        "{'type':'read','path':'/s'}"))
                .containsExactly(
                        "HEAD /s",
                        "POST /s?c%20c=1 Content-type=application/json X-c=1 [1]",
                        "HEAD /s?c%20c=1 X-c=1",
                        "GET /s?c%20c=2&offset=-1 X-c=own",
                        "GET /s?offset=-1");
    }

    @Test
    void aProducerSendsTheDynamicValuesThatThereAreNow() throws IOException {
        String append = "{'type':'idempotent-append','path':'/s','producerId':'p','epoch':0,'data':'1'}";

        assertThat(requests(
                        "{'type':'set-dynamic-header','name':'X-T','valueType':'token','initialValue':'a'}",
                        "{'type':'set-dynamic-param','name':'n','valueType':'counter'}",
                        append,
                        "{'type':'set-dynamic-header','name':'X-T','valueType':'token','initialValue':'b'}",
                        "{'type':'read','path':'/s'}",
                        append.replace("'1'", "'2'"),
                        "{'type':'clear-dynamic'}",
                        append.replace("'1'", "'3'")))
                .containsExactly(
                        "POST /s Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=0 X-t=a [1]",
                        "GET /s?n=1&offset=-1 X-t=b",
                        "POST /s?n=1 Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=1 X-t=b [2]",
                        "POST /s Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=2 [3]");
    }

    @Test
    void aProducerSendsWhatIsRegisteredAfterItsFirstCommand() throws IOException {
        String append = "{'type':'idempotent-append','path':'/s','producerId':'p','epoch':0,'data':'1'}";

        assertThat(requests(
                        append,
                        "{'type':'set-dynamic-header','name':'X-T','valueType':'token','initialValue':'a'}",
                        "{'type':'set-dynamic-param','name':'n','valueType':'token','initialValue':'b'}",
                        append))
                .containsExactly(
                        "POST /s Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=0 [1]",
                        "POST /s?n=b Content-type=application/json Producer-epoch=0 Producer-id=p Producer-seq=1 X-t=a [1]");
    }

    @Test
    void theNameOfAHeaderMayBeWrittenInTwoWays() throws IOException {
        try (NotingServer server = new NotingServer()) {
            List<String> answers = answers("""
                {"type":"init","serverUrl":"%s"}
                {"type":"set-dynamic-header","name":"X-T","valueType":"token","initialValue":"first"}
                {"type":"set-dynamic-header","name":"x-t","valueType":"counter"}
                {"type":"set-dynamic-header","name":"X-None","valueType":"token"}
                {"type":"read","path":"/s"}
                """.formatted(server.url()));

            assertThat(answers).element(4).asString().contains("\"headersSent\":{\"x-t\":\"1\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"X Y,v,X Y", "X-Y,a\\nb,X-Y", "'',v,name of a header"})
    void aHeaderThatCannotBeWrittenIsRefusedAtOnce(String name, String value, String named) throws IOException {
        try (NotingServer server = new NotingServer()) {
            List<String> answers = answers("""
                    {"type":"init","serverUrl":"%s"}
                    {"type":"append","path":"/s","data":"1","binary":false,"headers":{"%s":"%s"}}
                    """.formatted(server.url(), name, value));

            assertThat(answers).element(1).asString().contains("INVALID_ARGUMENT", named);
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    serverUrl     | 'type':'init','serverUrl':'nowhere'
                    timeoutMs     | 'type':'init','serverUrl':'http://127.0.0.1:1','timeoutMs':0
                    ttlSeconds    | 'type':'create','ttlSeconds':0
                    contentType   | 'type':'create','contentType':' '
                    producerId    | 'type':'append','data':'1','producerId':'','producerEpoch':0,'producerSeq':0
                    producerEpoch | 'type':'append','data':'1','producerId':'p','producerEpoch':-1,'producerSeq':0
                    producerSeq   | 'type':'append','data':'1','producerId':'p','producerEpoch':0,'producerSeq':-1
                    producerId    | 'type':'idempotent-append','data':'1','producerId':'','epoch':0
                    epoch         | 'type':'idempotent-append','data':'1','producerId':'p','epoch':-1
                    maxInFlight   | 'type':'idempotent-append-batch','items':['1'],'producerId':'p','epoch':0,'maxInFlight':0
                    maxInFlight   | 'type':'idempotent-append-batch','items':['1'],'producerId':'p','maxInFlight':5000000000
                    items         | 'type':'idempotent-append-batch','producerId':'p','epoch':0
                    initialValue  | 'type':'set-dynamic-header','name':'X','valueType':'token','initialValue':1
                    size          | 'type':'benchmark','iterationId':'i','operation':{'op':'append','path':'/s','size':-1}
                    size          | 'type':'benchmark','iterationId':'i','operation':{'op':'append','path':'/s','size':5000000000}
                    concurrency   | 'type':'benchmark','iterationId':'i','operation':{'op':'throughput_append','path':'/s','size':1,'count':1,'concurrency':5000000000}
                    producerId    | 'type':'validate','target':{'target':'idempotent-producer','producerId':5}
                    """)
    void aRefusalBeginsWithTheFieldsName(String field, String command) throws IOException {
        List<String> answers = answers(
                ("{'type':'init','serverUrl':'http://127.0.0.1:1'}\n{'path':'/s'," + command + "}").replace('\'', '"'));

        assertThat(answers).element(1).asString().contains("\"errorCode\":\"INVALID_ARGUMENT\",\"message\":\"" + field);
    }

    @Test
    void aCommandThatTakesTooMuchMemoryIsAnswered() throws IOException {
        assertThat(answers("""
                        {"type":"init","serverUrl":"http://127.0.0.1:1"}
                        {"type":"benchmark","iterationId":"i","operation":{"op":"append","path":"/s","size":2147483647}}
                        {"type":"clear-dynamic"}
                        """))
                .hasSize(3)
                .element(1)
                .asString()
                .contains("\"commandType\":\"benchmark\"", "INTERNAL_ERROR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "connect", "delete", "append", "close", "read", "idempotent-append"})
    void whatIsNotThereIsAskedForOnce(String type) throws IOException {
        assertThat(requests("{'type':'" + type + "','path':'/absent','data':'1','binary':false"
                        + (type.startsWith("idempotent") ? ",'producerId':'p','epoch':0" : "") + "}"))
                .hasSize(1);
    }

    @Test
    void settingsAreBuiltWithoutARequest() throws IOException {
        assertThat(requests(
                        "{'type':'validate','target':{'target':'retry-options','maxRetries':1}}",
                        "{'type':'validate','target':{'target':'idempotent-producer','producerId':'p'}}"))
                .isEmpty();
    }

    @Test
    void whatFollowsAShutdownIsNotRead() throws IOException {
        assertThat(answers("{\"type\":\"shutdown\"}\n{\"type\":\"clear-dynamic\"}\n"))
                .containsExactly("{\"type\":\"shutdown\",\"success\":true}");
    }
}
