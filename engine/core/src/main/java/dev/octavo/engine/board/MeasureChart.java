package dev.octavo.engine.board;

import dev.octavo.engine.board.Measures.Week;
import dev.octavo.engine.page.Html;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Draws one measure: a bar for each week, with its value in figures, so that it can be read without colour. */
final class MeasureChart {
    private static final int BAR = 34;
    private static final int STEP = 52;
    private static final int HEIGHT = 110;
    private static final int TOP = 22;
    private static final int LABELS = 22;
    private static final double FLAT = 2;

    private MeasureChart() {}

    /**
     * An {@code svg} element.
     *
     * @param value -1 where it is not known
     * @param words the value for people
     */
    static String svg(String title, List<Week> weeks, ToDoubleFunction<Week> value, Function<Week, String> words) {
        double highest = Math.max(
                Double.MIN_NORMAL, weeks.stream().mapToDouble(value).max().orElse(0));
        int width = Math.max(1, weeks.size()) * STEP;
        int height = TOP + HEIGHT + LABELS;
        String told = weeks.stream()
                .map(week -> week.monday() + ": " + words.apply(week) + (week.complete() ? "" : " (incomplete 不完整)"))
                .collect(Collectors.joining("; "));
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" font-family=\"sans-serif\" font-size=\"12\" text-anchor=\"middle\"><title>")
                .append(Html.escape(title))
                .append("</title><desc>")
                .append(Html.escape(told))
                .append("</desc>");
        for (int i = 0; i < weeks.size(); i++) {
            Week week = weeks.get(i);
            double figure = value.applyAsDouble(week);
            int middle = i * STEP + STEP / 2;
            double bar = figure < 0 ? 0 : Math.max(FLAT, figure / highest * HEIGHT);
            if (figure >= 0) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect class=\"bar%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
                        week.complete() ? "" : " incomplete",
                        middle - BAR / 2,
                        TOP + HEIGHT - bar,
                        BAR,
                        bar));
            }
            text(svg, middle, TOP + HEIGHT - bar - 5, "", words.apply(week) + (week.complete() ? "" : "*"));
            text(
                    svg,
                    middle,
                    TOP + HEIGHT + 16,
                    "quiet",
                    String.format(
                            Locale.ROOT,
                            "%02d-%02d",
                            week.monday().getMonthValue(),
                            week.monday().getDayOfMonth()));
        }
        return svg.append("<path class=\"axis\" d=\"M0 ")
                .append(TOP + HEIGHT)
                .append('h')
                .append(width)
                .append("\"/></svg>")
                .toString();
    }

    private static void text(StringBuilder svg, int x, double y, String style, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%d\" y=\"%.1f\">", style, x, y))
                .append(Html.escape(text))
                .append("</text>");
    }
}
