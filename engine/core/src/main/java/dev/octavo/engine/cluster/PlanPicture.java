package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.page.Html;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a plan: a column for each wave, in the order in which they are applied, and in it what happens to each object,
 * told by a shape and a word besides the colour.
 */
public final class PlanPicture {
    private static final int WIDTH = 202;
    private static final int HEIGHT = 46;
    private static final int ROW = 56;
    private static final int COLUMN = 236;
    private static final int TOP = 46;
    private static final int MARGIN = 8;
    private static final int MAX_ROWS = 12;
    /** What stays as it is fills a column up to here. */
    private static final int MAX_UNCHANGED = 5;

    private static final int MAX_NAME = 22;
    private static final int SYMBOL = 24;

    private final Plan plan;
    private final StringBuilder svg = new StringBuilder();

    private PlanPicture(Plan plan) {
        this.plan = plan;
    }

    /**
     * An {@code svg} element for an HTML page. It can be read without a style sheet; classes {@code create}, {@code change}
     * and so on let one add colours.
     */
    public static String svg(Plan plan) {
        return new PlanPicture(plan).draw();
    }

    private record Column(String title, List<PlannedObject> objects) {}

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        String last = "";
        for (PlannedObject object : plan.objects()) {
            String title = object.change() == Change.DELETE ? "Deleted last 最后删除" : title(object);
            if (!title.equals(last)) {
                columns.add(new Column(title, new ArrayList<>()));
                last = title;
            }
            columns.get(columns.size() - 1).objects().add(object);
        }
        return columns;
    }

    private static String title(PlannedObject object) {
        return switch (Wave.of(object.kind(), object.group())) {
            case FOUNDATIONS -> "Foundations 基础";
            case CONFIGURATION -> "Configuration 配置";
            case WORKLOADS -> "Workloads 工作负载";
            case REST -> "The rest 其他";
        };
    }

    private String draw() {
        List<Column> columns = columns();
        int rows = columns.stream()
                .mapToInt(column -> shown(column).size()
                        + (shown(column).size() < column.objects().size() ? 1 : 0))
                .max()
                .orElse(0);
        int width = Math.max(1, columns.size()) * COLUMN - (COLUMN - WIDTH) + 2 * MARGIN;
        int height = TOP + rows * ROW + MARGIN;
        svg.append("<svg class=\"picture\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#1f2328\"><title>")
                .append(Html.escape(plan.summary()))
                .append("</title>");
        for (int i = 0; i < columns.size(); i++) {
            column(columns.get(i), i, MARGIN + i * COLUMN);
        }
        return svg.append("</svg>").toString();
    }

    private void column(Column column, int index, int x) {
        text(x, TOP - 22, "title", " font-weight=\"bold\"", (index + 1) + "  " + column.title());
        if (index > 0) {
            svg.append("<path class=\"arrow\" fill=\"none\" stroke=\"#6e7781\" stroke-width=\"2\" d=\"M")
                    .append(x - COLUMN + WIDTH + 6)
                    .append(' ')
                    .append(TOP + HEIGHT / 2)
                    .append("h22m-6 -5l6 5l-6 5\"/>");
        }
        List<PlannedObject> shown = shown(column);
        int y = TOP;
        for (PlannedObject object : shown) {
            node(object, x, y);
            y += ROW;
        }
        int rest = column.objects().size() - shown.size();
        if (rest > 0) {
            text(x + 4, y + HEIGHT / 2, "quiet", "", "and " + rest + " more 另有 " + rest + " 个");
        }
    }

    /** What changes first, since that is what matters. */
    private static List<PlannedObject> shown(Column column) {
        List<PlannedObject> shown = new ArrayList<>();
        for (boolean unchanged : List.of(false, true)) {
            for (PlannedObject object : column.objects()) {
                if (shown.size() < (unchanged ? MAX_UNCHANGED : MAX_ROWS)
                        && (object.change() == Change.UNCHANGED) == unchanged) {
                    shown.add(object);
                }
            }
        }
        return shown;
    }

    private void node(PlannedObject object, int x, int y) {
        boolean unchanged = object.change() == Change.UNCHANGED;
        svg.append("<g class=\"node ").append(object.change().word()).append("\"><title>");
        svg.append(Html.escape(object.title() + ": " + words(object.change()))).append("</title>");
        svg.append("<rect class=\"box\" x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" width=\"")
                .append(WIDTH)
                .append("\" height=\"")
                .append(HEIGHT)
                .append("\" rx=\"6\" fill=\"#ffffff\" stroke=\"#6e7781\"")
                .append(unchanged ? " stroke-dasharray=\"4 3\"" : " stroke-width=\"2\"")
                .append("/>");
        symbol(object.change(), x + SYMBOL, y + HEIGHT / 2);
        text(x + 2 * SYMBOL, y + 19, "name", unchanged ? "" : " font-weight=\"bold\"", shortened(object.name()));
        text(
                x + 2 * SYMBOL,
                y + 36,
                "quiet",
                " font-size=\"11\"",
                shortened(object.kind()) + " · " + words(object.change()));
        svg.append("</g>");
    }

    /** A shape of its own for each change, with its sign in it. */
    private void symbol(Change change, int x, int y) {
        String shape =
                switch (change) {
                    case CREATE, UNCHANGED -> "<circle class=\"shape\" cx=\"0\" cy=\"0\" r=\"11\"";
                    case CHANGE -> "<path class=\"shape\" d=\"M0 -13L13 0L0 13L-13 0z\"";
                    case RECREATE -> "<path class=\"shape\" d=\"M-12 0L-6 -11H6L12 0L6 11H-6z\"";
                    case DELETE -> "<path class=\"shape\" d=\"M-11 -11H11V11H-11z\"";
                };
        String sign =
                switch (change) {
                    case CREATE -> "M-5 0H5M0 -5V5";
                    case CHANGE -> "M-6 1C-4 -4 -1 -2 0 0S4 4 6 -1";
                    case RECREATE -> "M-4 -3H4M0 -7V1M-4 5H4";
                    case DELETE -> "M-5 -5L5 5M5 -5L-5 5";
                    case UNCHANGED -> "M-4 -2H4M-4 3H4";
                };
        svg.append("<g transform=\"translate(")
                .append(x)
                .append(' ')
                .append(y)
                .append(")\">")
                .append(shape)
                .append(" fill=\"#ffffff\" stroke=\"#1f2328\" stroke-width=\"1.5\"/>")
                .append("<path class=\"sign\" d=\"")
                .append(sign)
                .append("\" fill=\"none\" stroke=\"#1f2328\" stroke-width=\"2\"/></g>");
    }

    private void text(int x, int y, String style, String attributes, String text) {
        svg.append("<text class=\"")
                .append(style)
                .append("\" x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append('"')
                .append(attributes)
                .append('>')
                .append(Html.escape(text))
                .append("</text>");
    }

    private static String shortened(String text) {
        if (text.length() <= MAX_NAME) {
            return text;
        }
        int half = (MAX_NAME - 1) / 2;
        return text.substring(0, half) + "…" + text.substring(text.length() - half);
    }

    /** What is done, in English and Chinese. */
    public static String words(Change change) {
        return switch (change) {
            case CREATE -> "create 新建";
            case CHANGE -> "change 修改";
            case RECREATE -> "recreate 重建";
            case DELETE -> "delete 删除";
            case UNCHANGED -> "unchanged 不变";
        };
    }
}
