package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A delivery of a microservice to an environment, as it ended. As a line of text it is what {@link DeliveryFile} keeps.
 *
 * @param release its number in the cluster; -1 where that is not known
 * @param result as {@code octavo history} has it, such as {@code deployed} or {@code rolled-back}
 * @param committed when the commit was made, in milliseconds; 0 where that is not known, as of all times
 * @param rollbackTo the release that was deployed again; -1 where it is none
 * @param build of the job that keeps it; 0 where another program has made it
 * @param run the address of what has made it, where that is no build of this job; else {@code ""}
 * @param recorded when this was written
 */
record Delivery(
        Place place,
        int release,
        String result,
        String version,
        String commit,
        long committed,
        String digest,
        String approver,
        long started,
        long ended,
        int rollbackTo,
        int build,
        String run,
        String description,
        long recorded) {
    private static final String FORMAT = "1";
    private static final int FIELDS = 18;
    private static final int LONGEST = 300;
    private static final Set<String> GOOD = Set.of("deployed", "superseded", "adopted");
    private static final Set<String> OPEN = Set.of("pending", "rolling-back");

    /** Whether it ran. */
    boolean good() {
        return GOOD.contains(result);
    }

    /** Whether nobody knows yet what becomes of it. */
    boolean open() {
        return OPEN.contains(result);
    }

    /** Whether both are about the same one. */
    boolean sameAs(Delivery other) {
        if (!place.equals(other.place)) {
            return false;
        }
        boolean sameRun = build == other.build
                && run.equals(other.run)
                && (build > 0 || !run.isEmpty())
                && good() == other.good();
        return release >= 0 && other.release >= 0 ? release == other.release : sameRun;
    }

    /** Whether it is later than another one of its place. */
    boolean after(Delivery other) {
        return release >= 0 && other.release >= 0 ? release > other.release : ended > other.ended;
    }

    /** The same, except when that was written. */
    boolean tellsTheSameAs(Delivery other) {
        return other.at(recorded).equals(this);
    }

    private Delivery at(long when) {
        return new Delivery(
                place,
                release,
                result,
                version,
                commit,
                committed,
                digest,
                approver,
                started,
                ended,
                rollbackTo,
                build,
                run,
                description,
                when);
    }

    /** The same, by what is at that address. */
    Delivery ofRun(String address) {
        return new Delivery(
                place,
                release,
                result,
                version,
                commit,
                committed,
                digest,
                approver,
                started,
                ended,
                rollbackTo,
                0,
                address,
                description,
                recorded);
    }

    /** The same, by a build of the job that keeps it. */
    Delivery ofBuild(int number) {
        return new Delivery(
                place,
                release,
                result,
                version,
                commit,
                committed,
                digest,
                approver,
                started,
                ended,
                rollbackTo,
                number,
                "",
                description,
                recorded);
    }

    String line() {
        return String.join(
                "\t",
                FORMAT,
                text(place.service()),
                text(place.environment()),
                text(place.namespace()),
                String.valueOf(release),
                text(result),
                text(version),
                text(commit),
                String.valueOf(committed),
                text(digest),
                text(approver),
                String.valueOf(started),
                String.valueOf(ended),
                String.valueOf(rollbackTo),
                String.valueOf(build),
                text(run),
                text(description),
                String.valueOf(recorded));
    }

    /** @return null where it is none, such as a line that a crash has cut off, or one of a newer format */
    @CheckForNull
    static Delivery parse(String line, Texts texts) {
        List<String> fields = split(line);
        if (fields.size() != FIELDS || !fields.get(0).equals(FORMAT)) {
            return null;
        }
        try {
            return new Delivery(
                    new Place(texts.one(fields.get(1)), texts.one(fields.get(2)), texts.one(fields.get(3))),
                    Integer.parseInt(fields.get(4)),
                    texts.one(fields.get(5)),
                    texts.one(fields.get(6)),
                    texts.one(fields.get(7)),
                    Long.parseLong(fields.get(8)),
                    texts.one(fields.get(9)),
                    texts.one(fields.get(10)),
                    Long.parseLong(fields.get(11)),
                    Long.parseLong(fields.get(12)),
                    Integer.parseInt(fields.get(13)),
                    Integer.parseInt(fields.get(14)),
                    texts.one(fields.get(15)),
                    texts.one(fields.get(16)),
                    Long.parseLong(fields.get(17)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** One line, and not a long one. */
    static String text(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        StringBuilder plain = new StringBuilder(cut.length());
        cut.chars().forEach(c -> plain.append(c < ' ' || c == '\u007f' ? ' ' : (char) c));
        return plain.toString();
    }

    private static List<String> split(String line) {
        List<String> fields = new ArrayList<>(FIELDS);
        int from = 0;
        for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', from)) {
            fields.add(line.substring(from, tab));
            from = tab + 1;
        }
        fields.add(line.substring(from));
        return fields;
    }
}
