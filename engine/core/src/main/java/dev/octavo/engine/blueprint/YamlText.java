package dev.octavo.engine.blueprint;

import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/** Writes a tree of maps as YAML that people like to read, and that YAML 1.1 and 1.2 read as the same. */
final class YamlText {
    private static final Pattern OTHER_TYPE = Pattern.compile(
            "(?i)y|n|yes|no|on|off|true|false|null|~||[-+]?\\.(?:inf|nan)|[-+]?[0-9][0-9a-fx_.:e+-]*|[-+]?\\.[0-9].*");
    private static final String COMMENT = "octavo-comment-";
    private static final Pattern COMMENT_LINE = Pattern.compile("(?m)^( *)" + COMMENT + "[0-9]+: \"(.*)\"$");
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndent(2)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setWidth(10_000)
            .setSplitLines(false)
            .build();

    private YamlText() {}

    /** A text that stays one after its variables are replaced. */
    record Quoted(String text) {}

    private record Comment(String text) {}

    /** Puts a comment on a line of its own before what comes next in the map. */
    static void comment(Map<String, Object> map, String text) {
        map.put(COMMENT + map.size(), new Comment(text));
    }

    static String of(Map<String, Object> tree) {
        String text = new Dump(SETTINGS, new Representer()).dumpToString(tree);
        return COMMENT_LINE.matcher(text).replaceAll("$1# $2");
    }

    private static final class Representer extends StandardRepresenter {
        Representer() {
            super(SETTINGS);
            representers.put(String.class, data -> represent((String) data, false));
            representers.put(Quoted.class, data -> represent(((Quoted) data).text(), true));
            representers.put(
                    Comment.class,
                    data -> representScalar(Tag.STR, ((Comment) data).text(), ScalarStyle.DOUBLE_QUOTED));
        }

        private org.snakeyaml.engine.v2.nodes.Node represent(String text, boolean quoted) {
            ScalarStyle style = text.contains("\n")
                    ? ScalarStyle.LITERAL
                    : OTHER_TYPE.matcher(text).matches() || (quoted && text.contains("$"))
                            ? ScalarStyle.DOUBLE_QUOTED
                            : ScalarStyle.PLAIN;
            return representScalar(Tag.STR, text, style);
        }
    }
}
