/** The {@code sparse4j} command: experiments, races and reports. */
module org.sparse4j.bench {
  requires org.sparse4j.train;
  requires info.picocli;
  requires com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;
}
