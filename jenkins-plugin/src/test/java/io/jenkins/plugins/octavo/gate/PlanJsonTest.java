package io.jenkins.plugins.octavo.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanJsonTest {
    @Test
    void readsWhatItWrote() throws IOException {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "quote \" back \\ line \n tab \t bell \u0007 \u5ba1 \ud83d\ude00 </script>");
        value.put("numbers", List.of(1L, -2L, 0.5));
        value.put("others", Arrays.asList(true, false, null));
        value.put("empty", Map.of());
        value.put("none", List.of());

        assertEquals(value, PlanJson.read(PlanJson.write(value)));
    }

    @Test
    void readsWhatOthersWrote() throws IOException {
        assertEquals(
                Map.of("a", List.of(1L, "\u00e9/\b\f\r"), "b", 1e3),
                PlanJson.read(" { \"a\" : [ 1 , \"\\u00e9\\/\\b\\f\\r\" ] , \"b\":1e3 } "));
    }

    @Test
    void rejectsWhatIsNoJson() {
        for (String text : List.of(
                "",
                "{",
                "[1",
                "{\"a\"}",
                "{\"a\":}",
                "[1,]",
                "\"a",
                "\"\\x\"",
                "\"\\u12",
                "tru",
                "1 2",
                "-",
                "{a:1}")) {
            assertThrows(IOException.class, () -> PlanJson.read(text), text);
        }
        assertThrows(IOException.class, () -> PlanJson.read("[".repeat(100_000)));
    }

    @Test
    void rejectsWhatHoldsItself() {
        List<Object> list = new ArrayList<>();
        list.add(list);

        assertTrue(assertThrows(IllegalArgumentException.class, () -> PlanJson.write(list))
                .getMessage()
                .contains("levels deep"));
    }

    @Test
    void ignoresWhatAPlanDoesNotSay() throws IOException {
        GatePlan plan = GatePlan.parse(
                "{\"services\":[{\"service\":\"a\"},7,{\"plan\":{\"objects\":[{\"change\":\"MOVE\"}]}}]}");

        assertEquals(2, plan.getServices().size());
        assertEquals(0, plan.getCreated());
        assertEquals("?", plan.getServices().get(1).objects().get(0).sign());
        assertEquals("MOVE", plan.getServices().get(1).objects().get(0).word());
    }
}
