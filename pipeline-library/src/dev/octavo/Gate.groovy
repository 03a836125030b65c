package dev.octavo

/** Asks people, on no agent: by the plugin's gate, which has the plan on its page, or else by Jenkins' own input. */
class Gate implements Serializable {
    private static final long serialVersionUID = 1L

    private final Object script
    private final Map settings
    private final Engine engine

    Gate(Object script, Map settings, Engine engine) {
        this.script = script
        this.settings = settings
        this.engine = engine
    }

    /** Where people answer. */
    String link(String gate) {
        String build = script.env.BUILD_URL
        if (!build) {
            return null
        }
        return engine.plugin() ? "${build}octavo-gates/${gate}/".toString() : "${build}input/".toString()
    }

    /**
     * @param plan what is to be approved; null for a release
     * @param last whether nothing comes after it that a newer build may not do; else no newer build takes its place
     * @return who has approved
     */
    String approve(String gate, String question, Map plan, boolean last = true) {
        String environment = plan?.environment
        Map own = (environment ? settings.environments?.get(environment) : null) ?: [:]
        // what delivery.yaml says counts where the Jenkinsfile says nothing
        Map described = plan?.gate ?: [:]
        String approvers = own.approvers ?: settings.approvers ?: described.approvers ?: ''
        int hours = (settings.gateHours ?: described.hours ?: 72) as int
        if (engine.plugin()) {
            // a plan speaks for itself, in the reader's language
            Map asked = [id: gate, approvers: approvers, hours: hours]
            if (!last) {
                asked.notSuperseded = true
            }
            if (described) {
                asked += [quorum: described.count, notStarter: described.notAuthor, notAuthor: described.notAuthor]
            }
            asked += plan ? [plan: plan, environment: environment] : [message: question]
            Map approved = script.octavoGate(asked)
            return approved.approver
        }
        if (described.notAuthor || (described.count ?: 1) > 1) {
            String other = described.notAuthor ? ', not the author' : ''
            String asked = "delivery.yaml asks for approval by ${described.count ?: 1}${other}".toString()
            if (script.env.OCTAVO_STEPS) {
                script.echo("${asked}; on this machine one is enough 本机运行时一人批准即可")
            } else {
                // fails closed: Jenkins' own input asks one person, whoever that is
                script.error("${asked}, and only the plugin's gate can ask so; "
                    + 'install it, or set approvers in the Jenkinsfile and take that out')
            }
        }
        String approver = null
        script.timeout(time: hours, unit: 'HOURS') {
            approver = script.input(
                id: gate,
                message: question,
                ok: 'Approve 批准',
                submitter: approvers,
                submitterParameter: 'APPROVER')
        }
        return approver
    }
}
