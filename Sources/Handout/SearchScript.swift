/// The script of the page that searches: it unpacks the index, finds sections and lists them.
///
/// It is the only one on its page, and runs under a policy that knows it by its digest. It makes elements
/// and puts text into them, nothing else.
enum SearchScript {
  /// The digest by which the page's Content-Security-Policy knows the script; a test computes it.
  static let digest: StaticString = "sha256-yFPoYbsi6sLIbMQu7jEMcgnQ88dGRcghw758jaoO1mI="

  /// At most 4 KB.
  static let text: StaticString = #"""
    (()=>{"use strict";
    const D=document,id=n=>D.getElementById(n),data=JSON.parse(id("index").textContent),S=data.s,
    field=id("for"),found=id("found"),list=id("places"),most=50,
    // Capitals, accents and ligatures make no difference.
    twin={"\u00df":"ss","\u00e6":"ae","\u0153":"oe","\u00f8":"o","\u0142":"l","\u0111":"d","\u0131":"i","\u00fe":"th","\u00f0":"d","\u03c2":"\u03c3"},
    fold=t=>t.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu,"").replace(/[^\x00-\x7f]/g,c=>twin[c]||c),
    word=/[\p{Alphabetic}\p{N}\p{M}_]+/gu,
    words=t=>(t.match(word)||[]).map(fold),
    slug=t=>t.toLowerCase().replace(/[^a-z0-9_ -]/g,"").replaceAll(" ","-"),
    parts=[],vocabulary=[];
    for(const [title,page,lead,...rest] of data.l){
    const part=(h,lead,anchor)=>parts.push({title,h,lead,page:page+anchor,top:!anchor,fold:" "+words(h).join(" ")+" "});
    part(title,lead,"");
    for(let i=0;i<rest.length;i+=3)part(rest[i+1],rest[i+2],"#"+encodeURIComponent(rest[i]||slug(rest[i+1])))}
    let at=0,w="";
    const digits="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    bits=Array.from(data.p,c=>digits.indexOf(c)),
    bit=()=>{const b=bits[at/6|0]>>5-at%6&1;at++;return b},
    low=(n,v)=>{while(n--)v=v*2+bit();return v},
    places=()=>{let n=0,next=0;
    while(!bit())n++;
    n=low(n,1);
    const out=[],width=31-Math.clz32(Math.max(1,(parts.length*11>>4)/n));
    while(n--){let v=0;
    while(bit())v++;
    next+=low(width,v);out.push(next++)}
    return out};
    for(const [,n,rest] of data.w.matchAll(/([A-Z])([^A-Z]*)/g)){
    w=w.slice(0,n.charCodeAt()-65)+rest;
    vocabulary.push([fold(w),w,places()])}
    // A word counts most in a heading, and more when it is the whole word.
    const find=tokens=>{
    let hits;
    for(const t of tokens){
    const now=new Map(),hit=(i,score,w)=>{const h=now.get(i)||{score:0,words:[]};
    h.score=Math.max(h.score,score);if(w)h.words.push(w);now.set(i,h)};
    for(const [f,w,at] of vocabulary)if(f.startsWith(t))for(const i of at)hit(i,f==t?3:2,w);
    parts.forEach((p,i)=>{if(p.fold.includes(" "+t))hit(i,p.fold.includes(" "+t+" ")?20:12)});
    if(!hits)hits=now;
    else for(const [i,h] of hits){const n=now.get(i);
    if(n){h.score+=n.score;h.words.push(...n.words)}else hits.delete(i)}}
    const all=" "+tokens.join(" ");
    return [...hits].map(([i,h])=>{const p=parts[i];
    return {p,i,words:h.words,score:h.score+(p.fold.startsWith(all)?p.fold==all+" "?40:5:0)+(p.top?1:0)}})
    .sort((a,b)=>b.score-a.score||a.i-b.i)},
    add=(name,parent,text,mark)=>{const e=D.createElement(name);
    if(!mark)e.textContent=text;
    else{let at=0;
    for(const m of text.matchAll(word))if(mark(fold(m[0]))){
    e.append(text.slice(at,m.index));add("mark",e,m[0]);at=m.index+m[0].length}
    e.append(text.slice(at))}
    parent.append(e);return e},
    show=()=>{
    const tokens=[...new Set(words(field.value))].slice(0,8),hits=tokens.length?find(tokens):[],
    mark=f=>tokens.some(t=>f.startsWith(t)),n=hits.length,s=n>most?"first":n>1?"many":n?"one":"none";
    let k=0;
    found.textContent=tokens.length?S[s].replace(/%/g,()=>k++?most:n):"";
    list.textContent="";
    for(const {p,words:w} of hits.slice(0,most)){
    const li=add("li",list,"");
    add("a",add("h2",li,""),p.h,mark).href=p.page;
    if(!p.top)add("p",li,p.title).className="count";
    if(p.lead)add("p",li,p.lead,mark);
    const seen=new Set(words(p.h+" "+p.lead)),rest=[...new Set(w)].filter(x=>!seen.has(fold(x))).slice(0,6);
    if(rest.length)add("p",li,S.also+" "+rest.join(", "),mark).className="count"}},
    read=()=>{try{return decodeURIComponent(location.hash.replace(/^#q=/,""))}catch{return ""}};
    field.addEventListener("input",()=>{show();
    try{history.replaceState(null,"","#q="+encodeURIComponent(field.value))}catch{}});
    id("search").addEventListener("submit",e=>e.preventDefault());
    addEventListener("hashchange",()=>{if(location.hash.startsWith("#q=")){field.value=read();show()}});
    id("instead").remove();id("search").hidden=false;
    if(location.hash.startsWith("#q=")){field.value=read();show()}else if(!location.hash)field.focus()
    })();
    """#
}
